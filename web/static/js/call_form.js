// The form beside a call: saved while one types, switched between case and consultation, finished by Alt+Enter.
import { collide } from "./call_form_conflict.js";
import { contents, isKnown, isUnsaved, nameOf, putBy, same, say, section, shown, stateOf, tell, unsent } from "./call_form_state.js";
import { composing, formToken, headers, post, texts } from "./page.js";
import { unitChoice } from "./units.js";

export { formUnsaved } from "./call_form_state.js";

const PAUSE = 800;
const RETRY = 5000;
const SILENT = 10_000;

/** Fetch a part of the page for a call into a box; it stays as it is when it cannot be had. Returns the answer. */
export async function showPart(box, address) {
  save();
  const answer = await fetch(address, { headers: headers() });
  if (answer.ok) box.innerHTML = await answer.text();
  ready();
  return answer;
}

/** Prepare a form that has just come into the page. */
function ready() {
  const said = section()?.querySelector(".form-texts");
  if (said) Object.assign(texts, JSON.parse(said.textContent));
  const form = shown();
  if (!form || isKnown(form)) return;
  stateOf(form);
  takeBack(form);
  switchKind(form);
  unitChoice();
}

/** Listen once for the whole page, whenever a form comes and goes. */
export function callForm() {
  document.addEventListener("input", (event) => { if (within(event) && !event.isComposing) typed(event); });
  document.addEventListener("compositionend", (event) => { if (within(event)) typed(event); });
  document.addEventListener("focusout", (event) => { if (within(event)) save(shown()); });
  document.addEventListener("visibilitychange", () => { if (document.hidden) save(shown()); });
  document.addEventListener("htmx:afterSettle", ready);
  window.addEventListener("beforeunload", leaving);
  document.addEventListener("submit", submitted);
  document.addEventListener("click", clicked);
  document.addEventListener("keydown", pressed);
  ready();
}

const within = (event) => shown()?.contains(event.target);

function typed(event) {
  const form = shown();
  unsent.add(form);
  event.target.removeAttribute("aria-invalid");
  if (event.target.name === "kind") switchKind(form);
  tell(form, texts.unsaved);
  later(form, PAUSE);
}

function switchKind(form) {
  const kind = form.elements.kind.value;
  const left = document.activeElement?.closest("[data-kind]");
  form.querySelectorAll("[data-kind]").forEach((each) => { each.hidden = each.dataset.kind !== kind; });
  if (left?.hidden) form.querySelector(kind === "case" ? "#summary" : "#topic").focus();
}

function later(form, wait) {
  const state = stateOf(form);
  clearTimeout(state.timer);
  state.timer = setTimeout(() => save(form), wait);
}

/** Save what is typed, until what is on the server is what is on the page. */
export function save(form = shown()) {
  if (!form) return Promise.resolve();
  const state = stateOf(form);
  clearTimeout(state.timer);
  if (state.conflict || state.over || state.sending) return state.sending ?? Promise.resolve();
  if (!isUnsaved(form)) {
    if (unsent.delete(form)) tell(form, texts.saved); // typed and taken back, or no field of the form
    return Promise.resolve();
  }
  state.sending = attempt(form, state).finally(() => { state.sending = null; });
  return state.sending;
}

async function attempt(form, state) {
  while (isUnsaved(form) && !state.conflict && !state.over) {
    const sent = contents(form);
    tell(form, texts.saving);
    state.tried.push(sent);
    const silent = new Promise((resolve) => { setTimeout(resolve, SILENT, null); }); // a server that died in the middle
    const answer = await Promise.race([silent, post(form.dataset.save, { ...sent, version: form.dataset.version }).catch(() => null)]);
    state.failed = !answer?.ok;
    if (!answer?.ok) { await refused(form, answer, true); return; }
    form.dataset.version = (await answer.json()).version;
    state.kept = sent;
    state.tried = [];
    tell(form, isUnsaved(form) ? texts.unsaved : texts.saved);
  }
  unsent.delete(form);
}

/** Not saved or not done, and why; a page that is only out of touch tries again by itself. */
async function refused(form, answer, again) {
  const state = stateOf(form);
  if (answer?.status === 409) {
    const other = await answer.json();
    const theirs = { kind: other.kind, ...other.fields };
    if (state.tried.some((each) => same(each, theirs))) { // our own, kept while its answer was lost
      form.dataset.version = other.version;
      state.kept = theirs;
      later(form, 0);
      return;
    }
    if (other.fields) { collide(form, state, other); return; }
    state.over = true;
    say(other.message);
  } else if (answer?.status === 423) {
    state.over = true;
    say((await answer.json()).message);
  } else if (answer?.status === 403) {
    state.over = true;
    say(texts.refused);
  } else {
    const sentence = answer?.status === 401 ? texts.signed_out : again ? texts.failed : answer ? texts.broken : texts.failed_once;
    if (again) { tell(form, sentence, true); later(form, RETRY); } else say(sentence);
  }
}

function settle(form, takeTheirs) {
  const state = stateOf(form);
  if (takeTheirs) { reload(form); return; }
  const { version, kind, fields } = state.conflict;
  form.dataset.version = version;
  state.kept = { kind, ...fields };
  state.conflict = null;
  form.querySelector(".conflict").hidden = true;
  save(form);
}

/** Show the form as it is on the server; until it is here, the conflict keeps this one from being saved. */
async function reload(form) {
  const answer = await fetch(form.dataset.again, { headers: headers() }).catch(() => null);
  if (answer?.ok) replace(await answer.text()); else say(texts.failed_once);
}

function replace(html) {
  const fresh = new DOMParser().parseFromString(html, "text/html").getElementById("call-form");
  unsent.delete(shown());
  section().replaceWith(fresh);
  ready();
  (fresh.querySelector("[aria-invalid=true]") ?? fresh).focus();
  document.dispatchEvent(new CustomEvent("call:form", { detail: { finished: !shown() } }));
}

/** Finish, put away, undo: what is typed goes along, and the answer is the form anew. */
async function act(form, address, fields) {
  const buttons = form.querySelectorAll("button");
  buttons.forEach((each) => { each.disabled = true; });
  say("");
  const answer = await post(address, fields).catch(() => null);
  buttons.forEach((each) => { each.disabled = false; });
  if (answer?.ok || answer?.status === 422) { replace(await answer.text()); return; }
  if (form.dataset.save) await refused(form, answer, false);
  else say(answer?.status === 401 ? texts.signed_out : answer ? texts.broken : texts.failed_once);
}

async function end(form, address) {
  const state = stateOf(form);
  if (state.conflict || state.over) return;
  clearTimeout(state.timer);
  await state.sending;
  if (!state.conflict && !state.over) await act(form, address, { ...contents(form), version: form.dataset.version });
}

/** Finish the form that is shown, as the button does. */
export const finish = () => { const form = shown(); if (form) end(form, form.dataset.finish); };

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
  if (!form || composing(event) || event.defaultPrevented) return;
  const kinds = { Digit1: "case", Digit2: "consultation" };
  if (event.altKey && event.code === "Enter") { event.preventDefault(); finish(); }
  else if (event.altKey && kinds[event.code] && within(event)) {
    event.preventDefault();
    form.elements.kind.value = kinds[event.code];
    typed({ target: form.querySelector("input[name=kind]:checked") });
  } else if (event.key === "Enter" && within(event) && event.target.matches("input:not([role=combobox])")) event.preventDefault();
}

/** What was typed just now goes on its way; the browser asks back only where it may not arrive. */
function leaving(event) {
  for (const form of unsent) {
    if (!isUnsaved(form)) continue;
    const state = stateOf(form);
    putBy(form);
    if (state.sending || state.conflict || state.failed || state.over) { event.preventDefault(); continue; }
    const fields = { ...contents(form), version: form.dataset.version, csrf_token: formToken() };
    fetch(form.dataset.save, { method: "POST", headers: headers(), body: new URLSearchParams(fields), keepalive: true }).catch(() => {});
  }
}

/** The same tab finds it again after a reload, also when the page was on its way before the text was. */
function takeBack(form) {
  const put = JSON.parse(sessionStorage.getItem(nameOf(form)) ?? "null");
  sessionStorage.removeItem(nameOf(form));
  if (!put || same(put.typed, contents(form))) return;
  Object.entries(put.typed).forEach(([name, value]) => { form.elements[name].value = value; });
  form.dataset.version = put.version;
  stateOf(form).tried.push(put.typed);
  unsent.add(form);
  later(form, 0);
}
