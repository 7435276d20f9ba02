// Whatever is typed in a form is kept for its author on the server until it is sent, and is there again: in another
// page, at another computer, after a sign-out. Nothing of it lies in the browser, which others use as well.
//
//   <form … {{ drafted("block") }}>   web/drafted.py: data-draft is its address, data-names what is typed in it
import { collide } from "./draft_conflict.js";
import { contents, contentsAsSent, put, same } from "./draft_fields.js";
import { beforeItGoes } from "./draft_leaving.js";
import { isUnsaved, states, tell, unsaved } from "./draft_states.js";
import { fill, texts } from "../layout/page.js";
import { ask, notSaved, post } from "../layout/server.js";

const PAUSE = 800; // ms
const RETRY = 5000; // ms

/** Bring every form to life that is on the page, or comes into it. */
export function drafts() {
  prepareAll();
  new MutationObserver(prepareAll).observe(document.body, { childList: true, subtree: true });
  document.addEventListener("input", (event) => { if (!event.isComposing) typed(event.target.form); });
  document.addEventListener("compositionend", (event) => typed(event.target.form));
  document.addEventListener("focusout", (event) => { if (states.has(event.target.form)) save(event.target.form); });
  document.addEventListener("visibilitychange", () => { if (document.hidden) settled(); });
  beforeItGoes(settled);
}

function prepareAll() {
  for (const form of document.querySelectorAll("form[data-draft]")) if (!states.has(form)) prepare(form);
}

function prepare(form) {
  for (const button of form.querySelectorAll("[data-late]")) button.disabled = false; // what it does is done by scripts
  const line = form.appendChild(Object.assign(document.createElement("p"), { className: "draft-said aside" }));
  line.role = "status";
  const first = contentsAsSent(form);
  const state = { first, kept: first, version: 0, tried: [], timer: 0, sending: null, conflict: false, trouble: "", over: false, line };
  states.set(form, state);
  state.found = find(form, state);
  if (isUnsaved(form)) typed(form); // before the scripts were here
}

/** What was typed here earlier, and is not sent. What is in the form by now is not overwritten. */
async function find(form, state) {
  const { ok, data, said } = await ask(form.dataset.draft);
  const isFresh = "sent" in form.dataset; // the server has just shown it so, with what is to be mended
  if (!ok) tell(form, said && fill(texts.draft_missing, { why: said }), true);
  const isTyped = isUnsaved(form);
  if (isFresh) Object.assign(state, { kept: data?.fields ?? {}, version: data?.version ?? 0, first: {} });
  else if (ok && data.fields && isTyped && !same(contents(form), data.fields)) disagree(form, data);
  else if (ok && data.fields) again(form, data);
  if (isFresh) later(form, PAUSE);
}

function again(form, { fields, version, at }) {
  const state = states.get(form);
  put(form, fields);
  Object.assign(state, { kept: contents(form), version });
  if (same(state.kept, state.first)) return;
  form.closest("details")?.setAttribute("open", "");
  const button = Object.assign(document.createElement("button"), { type: "button", className: "quiet", textContent: texts.draft_discard });
  button.addEventListener("click", () => { put(form, state.first); save(form); });
  tell(form, fill(texts.draft_again, { time: at }));
  state.line.append(" ", button);
}

function typed(form) {
  if (!states.has(form)) return;
  tell(form, texts.draft_unsaved);
  later(form, PAUSE);
}

function later(form, wait) {
  const state = states.get(form);
  if (isUnsaved(form)) unsaved.add(form);
  clearTimeout(state.timer);
  state.timer = setTimeout(() => save(form), wait);
}

function save(form) {
  const state = states.get(form);
  clearTimeout(state.timer);
  state.sending ??= attempt(form, state).finally(() => { state.sending = null; });
  return state.sending;
}

async function attempt(form, state) {
  await state.found;
  while (isUnsaved(form) && !state.conflict && !state.over) {
    const now = contents(form);
    const nothing = same(now, state.first); // as the form was at first: there is no draft any more
    state.tried.push(now);
    const answer = await post(form.dataset.draft, { ...(nothing ? {} : now), version: state.version }, { keepalive: true });
    if (!answer.ok) { refused(form, state, answer); return; }
    Object.assign(state, { version: answer.data.version, kept: now, tried: [] });
    tell(form, nothing ? "" : texts.draft_kept);
  }
  if (!isUnsaved(form)) unsaved.delete(form);
}

function refused(form, state, answer) {
  if (answer.status === 409 && answer.data?.fields) {
    if (!state.tried.some((each) => same(each, answer.data.fields))) { disagree(form, answer.data); return; }
    Object.assign(state, { kept: answer.data.fields, version: answer.data.version }); // our own: its answer was lost
    later(form, 0);
  } else if ([404, 423].includes(answer.status)) {
    state.over = true;
    tell(form, answer.said, true);
  } else { // whatever it is, it may be over: somebody else is signed in, a new password is due …
    tell(form, notSaved(answer), true);
    later(form, RETRY);
  }
}

/** Another window of the same user has other words: both are shown, and the user says which hold. */
function disagree(form, other) {
  const state = states.get(form);
  state.conflict = true;
  tell(form, "");
  collide(form, other.fields, (takesTheirs) => {
    Object.assign(state, { conflict: false, version: other.version, kept: other.fields });
    if (takesTheirs) put(form, other.fields);
    save(form);
  });
}

/** Everything that is typed is on its way no more: it is there, or the form says why not. */
export const settled = () => Promise.all([...unsaved].map(save));

/** What it holds was sent by other means: it is a draft no more. */
export function forget(form) {
  const state = states.get(form);
  if (!state) return;
  clearTimeout(state.timer);
  state.over = true;
  unsaved.delete(form);
}
