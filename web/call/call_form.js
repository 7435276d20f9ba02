// The form beside a call: saved while one types, switched between case and consultation, finished by Alt+Enter.
import { act, end, listenToOtherPages, settle } from "./call_form_acts.js";
import { leaving, takeBack } from "./call_form_leaving.js";
import { gaveWay, later, save } from "./call_form_saving.js";
import { tell } from "./call_form_said.js";
import { isKnown, isUnsaved, section, shown, stateOf, unsent } from "./call_form_state.js";
import { keepNote } from "./call_pop.js";
import { composing, texts } from "../layout/page.js";
import { ask } from "../layout/server.js";
import { unitChoice } from "../units/units.js";

export { formUnsaved } from "./call_form_state.js";

const PAUSE = 800;

/** Fetch a part of the page for a call into a box, if it is still `wanted` once it is here. Returns the answer. */
export async function showPart(box, address, wanted) {
  save();
  const answer = await ask(address);
  const before = shown();
  if (answer.ok && wanted()) {
    if (box.querySelector("#note")) keepNote();
    box.innerHTML = answer.text;
  }
  ready();
  if (before && !before.isConnected) gaveWay(before);
  return answer;
}

/** The next call comes: nothing of an earlier one stays beside it. Its form goes on being saved, its note is kept. */
export function putAway(box, instead) {
  const form = box.contains(section()) ? shown() : null;
  if (form) save(form);
  if (box.querySelector("#note")) keepNote();
  box.replaceChildren(...instead);
  if (form) gaveWay(form);
}

/** Whoever has just answered by key goes on typing here, unless they type elsewhere by now. */
export function beginTyping() {
  const elsewhere = document.activeElement?.closest("input, select, textarea");
  const fields = section()?.querySelectorAll(".call-fields :is(input:not([type=hidden]), select, textarea)") ?? [];
  const empty = [...fields].find((field) => !field.value && field.checkVisibility());
  if (!elsewhere && !document.querySelector("dialog[open]")) empty?.focus();
}

/** Prepare a form that has just come into the page. */
function ready() {
  const said = section()?.querySelector(".form-texts");
  if (said) Object.assign(texts, JSON.parse(said.textContent));
  const form = shown();
  if (!form || isKnown(form)) return;
  stateOf(form);
  unitChoice();
  takeBack(form);
  form.querySelector(".finish").disabled = false; // pressed before, everything would be lost on the way
  if (isUnsaved(form)) { // typed in the page as it was, or before its scripts were here
    unsent.add(form);
    later(form, 0);
  }
  switchKind(form);
}

/** Listen once for the whole page, whenever a form comes and goes. */
export function callForm() {
  document.addEventListener("input", (event) => { if (within(event) && !event.isComposing) typed(event); });
  document.addEventListener("compositionstart", (event) => { if (within(event)) stateOf(shown()).composing = true; });
  document.addEventListener("compositionend", composed);
  document.addEventListener("focusout", (event) => { if (within(event)) save(shown()); });
  document.addEventListener("visibilitychange", () => { if (document.hidden) save(shown()); });
  document.addEventListener("htmx:afterSettle", ready);
  document.addEventListener("call:form", ready);
  window.addEventListener("beforeunload", leaving);
  document.addEventListener("submit", submitted);
  document.addEventListener("click", clicked);
  document.addEventListener("keydown", pressed);
  listenToOtherPages();
  ready();
}

const within = (event) => shown()?.contains(event.target);

function composed(event) {
  if (!within(event)) return;
  stateOf(shown()).composing = false;
  typed(event);
}

function typed(event) {
  const form = shown();
  unsent.add(form);
  mended(form, event.target);
  if (event.target.name === "kind") switchKind(form);
  tell(form, texts.unsaved);
  later(form, PAUSE);
}

/** What was asked for is there: nothing says any more that it is missing. */
function mended(form, field) {
  if (field.getAttribute("aria-invalid") !== "true") return;
  document.getElementById(field.getAttribute("aria-describedby"))?.remove();
  field.removeAttribute("aria-invalid");
  field.removeAttribute("aria-describedby");
  if (!form.querySelector("[aria-invalid=true]")) section().querySelector(".to-mend")?.remove();
}

function switchKind(form) {
  const kind = form.elements.kind.value;
  const left = document.activeElement?.closest("[data-kind]");
  form.querySelectorAll("[data-kind]").forEach((each) => { each.hidden = each.dataset.kind !== kind; });
  if (left?.hidden) form.querySelector(kind === "case" ? "#summary" : "#topic").focus();
}

function submitted(event) {
  const form = event.target;
  if (!section()?.contains(form)) return;
  event.preventDefault();
  if (form.dataset.save) end(form, form.dataset.finish);
  else act(form, form.dataset.change, Object.fromEntries(new FormData(form)));
}

function clicked(event) {
  const form = shown();
  if (!form?.contains(event.target)) return;
  if (event.target.closest(".put-away")) end(form, form.dataset.putAway);
  if (event.target.closest(".keep-mine")) settle(form, false);
  if (event.target.closest(".take-theirs")) settle(form, true);
}

function pressed(event) {
  const form = shown();
  if (!form || composing(event) || event.defaultPrevented || document.querySelector("dialog[open]")) return;
  const kinds = { Digit1: "case", Digit2: "consultation" };
  if (event.altKey && event.code === "Enter") { event.preventDefault(); end(form, form.dataset.finish); }
  else if (event.altKey && kinds[event.code]) {
    event.preventDefault();
    if (form.inert || form.elements.kind[0].disabled) return;
    form.elements.kind.value = kinds[event.code];
    typed({ target: form.querySelector("input[name=kind]:checked") });
  } else if (event.key === "Enter" && within(event) && event.target.matches("input:not([role=combobox])")) event.preventDefault();
}
