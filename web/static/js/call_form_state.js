// The form beside a call as its scripts know it: its fields, what of them the server has, what is said in it.
import { headers } from "./page.js";

const FIELDS = ["petitioner", "telephone", "address", "category", "summary", "unit_code", "topic", "answer"];
const states = new WeakMap();
export const unsent = new Set(); // also a form whose call has given way to the next: it goes on being saved

export const section = () => document.getElementById("call-form");
export const shown = () => section()?.querySelector("form[data-save]") ?? null;
export const contents = (form) => Object.fromEntries([["kind", form.elements.kind.value], ...FIELDS.map((name) => [name, form.elements[name].value])]);
export const same = (one, other) => Object.keys(one).every((name) => one[name] === other[name]);

export function stateOf(form) {
  if (!states.has(form)) states.set(form, { kept: contents(form), tried: [], timer: 0, sending: null, conflict: null, failed: false, over: false });
  return states.get(form);
}

export const isUnsaved = (form) => !same(contents(form), stateOf(form).kept);

/** Whether something typed is not on the server yet. */
export const formUnsaved = () => [...unsent].some(isUnsaved);

export function tell(form, sentence, bad = false) {
  const line = document.getElementById("form-saved");
  if (!line || !form.isConnected) return;
  if (line.textContent !== sentence) line.textContent = sentence;
  line.classList.toggle("bad", bad);
}

export function say(sentence) {
  const line = section()?.querySelector(".form-said");
  if (!line) return;
  line.textContent = sentence;
  line.hidden = !sentence;
  line.scrollIntoView({ block: "nearest" });
}

/** What was typed waits in the tab's own store, under its user and its call, while the page is loaded anew. */
export const nameOf = (form) => `form ${headers()["X-Page-User"]} ${form.dataset.save}`;
export const putBy = (form) => sessionStorage.setItem(nameOf(form), JSON.stringify({ version: form.dataset.version, typed: contents(form) }));

/** Whether a form was prepared before. */
export const isKnown = (form) => states.has(form);
