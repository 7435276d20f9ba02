// Saving the form beside a call: what is typed goes to the server, again and again until it is there.
import { collide } from "./call_form_conflict.js";
import { say, tell, tellOfEarlier } from "./call_form_said.js";
import { contents, isUnsaved, same, shown, stateOf, unsent } from "./call_form_state.js";
import { texts } from "../layout/page.js";
import { notDone, notSaved, post } from "../layout/server.js";

const RETRY = 5000;

export function later(form, wait) {
  const state = stateOf(form);
  clearTimeout(state.timer);
  state.timer = setTimeout(() => save(form), wait);
}

/** What is being composed is no text yet, unless its form is gone; a form that is being finished takes its text along. */
function mustWait(form) {
  const { conflict, over, composing } = stateOf(form);
  return conflict || over || form.inert || (composing && form.isConnected);
}

/** Save what is typed, until what is on the server is what is on the page. */
export function save(form = shown()) {
  if (!form) return Promise.resolve();
  const state = stateOf(form);
  clearTimeout(state.timer);
  if (state.sending || mustWait(form)) return state.sending ?? Promise.resolve();
  if (!isUnsaved(form)) {
    if (unsent.delete(form)) tell(form, texts.saved); // typed and taken back, or no field of the form
    return Promise.resolve();
  }
  state.sending = attempt(form, state).finally(() => { state.sending = null; });
  return state.sending;
}

async function attempt(form, state) {
  while (isUnsaved(form) && !mustWait(form)) {
    const sent = contents(form);
    tell(form, texts.saving);
    state.tried.push(sent);
    const answer = await post(form.dataset.save, { ...sent, version: form.dataset.version });
    state.failed = !answer.ok;
    if (!answer.ok) { refused(form, answer, true); return; }
    form.dataset.version = answer.data.version;
    state.kept = sent;
    state.tried = [];
    tell(form, isUnsaved(form) ? texts.unsaved : texts.saved);
  }
  if (!isUnsaved(form)) unsent.delete(form);
}

/** Not saved or not done, and why; a page that is only out of touch tries again by itself. */
export function refused(form, answer, again) {
  const state = stateOf(form);
  const other = answer.data;
  if (answer.status === 409 && other?.fields) {
    const theirs = { kind: other.kind, ...other.fields };
    if (state.tried.some((each) => same(each, theirs))) { // our own, kept while its answer was lost
      form.dataset.version = other.version;
      state.kept = theirs;
      later(form, 0);
    } else collide(form, state, other);
  } else if ([404, 409, 423].includes(answer.status)) stop(form, answer.said);
  else if (answer.status === 403) stop(form, texts.refused);
  else if (again) {
    tell(form, notSaved(answer), true);
    later(form, RETRY);
  } else say(form, notDone(answer));
}

function stop(form, sentence) {
  Object.assign(stateOf(form), { over: true, trouble: sentence });
  freeze(form);
  say(form, sentence);
}

/** It is saved no more, so nothing more is typed in it; what was typed can be read and copied. */
function freeze(form) {
  for (const each of form.elements) {
    if (each.matches("textarea, input:not([type=radio])")) each.readOnly = true;
    else each.disabled = true;
  }
}

/** The next call's form has taken this one's place: it goes on being saved, or the page says why it cannot. */
export function gaveWay(form) {
  const { trouble } = stateOf(form);
  if (trouble && isUnsaved(form)) tellOfEarlier(form, trouble);
  save(form);
}
