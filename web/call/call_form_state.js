// The form beside a call as its scripts know it: its fields, and what of them the server has.
import { valueAsSent } from "../layout/page.js";
import { pageUser } from "../layout/server.js";

const FIELDS = ["petitioner", "telephone", "address", "category", "summary", "unit_code", "topic", "answer"];
const states = new WeakMap();
export const unsent = new Set(); // also a form whose call has given way to the next: it goes on being saved

export const section = () => document.getElementById("call-form");
export const shown = () => section()?.querySelector("form[data-save]") ?? null;
export const contents = (form) => Object.fromEntries([["kind", form.elements.kind.value], ...FIELDS.map((name) => [name, form.elements[name].value])]);
const contentsAsSent = (form) => Object.fromEntries(["kind", ...FIELDS].map((name) => [name, valueAsSent(form.elements[name])]));
export const same = (one, other) => Object.keys(one).every((name) => one[name] === other[name]);

export function stateOf(form) {
  const fresh = () => ({ kept: contentsAsSent(form), tried: [], timer: 0, sending: null, conflict: null, composing: false, failed: false, over: false, trouble: "" });
  if (!states.has(form)) states.set(form, fresh());
  return states.get(form);
}

/** Whether a form was prepared before. */
export const isKnown = (form) => states.has(form);

export const isUnsaved = (form) => !same(contents(form), stateOf(form).kept);

/** Whether something typed is not on the server yet. */
export const formUnsaved = () => [...unsent].some(isUnsaved);

/** What was typed waits in the tab's own store, under its user and its call; the unit's name is no field. */
export const nameOf = (form) => `form ${pageUser()} ${form.dataset.save}`;

/** Put by what was typed; false where the store takes nothing more. */
export function putBy(form) {
  const put = { version: form.dataset.version, typed: contents(form), unit: form.elements.unit.value };
  try {
    sessionStorage.setItem(nameOf(form), JSON.stringify(put));
    return true;
  } catch {
    return false;
  }
}
