// Finishing the form beside a call, putting it away, undoing it: the answer is the form anew.
import { settled } from "../drafts/drafts.js";
import { later, refused, save } from "./call_form_saving.js";
import { say, takeDown } from "./call_form_said.js";
import { contents, isUnsaved, section, shown, stateOf, unsent } from "./call_form_state.js";
import { texts } from "../layout/page.js";
import { ask, notDone, post } from "../layout/server.js";

const otherPages = new BroadcastChannel("call-forms");

/** What another page of this browser has finished or opened again is here as it is there. */
export function listenToOtherPages() {
  otherPages.addEventListener("message", ({ data }) => {
    const form = shown();
    if (section()?.dataset.call !== data || form?.inert) return;
    if (form && isUnsaved(form)) save(form); // the server says that it was finished
    else reload(form ?? section());
  });
}

/** What is typed goes along. */
export async function end(form, address) {
  const state = stateOf(form);
  const stays = () => state.conflict || state.over || form.inert;
  if (stays()) return;
  clearTimeout(state.timer);
  await state.sending;
  if (!stays()) await act(form, address, { ...contents(form), version: form.dataset.version });
}

/** Until the answer is here the form takes nothing: what would be typed now would be in neither form. */
export async function act(form, address, fields) {
  if (form.inert) return;
  const at = form.contains(document.activeElement) ? document.activeElement : null;
  const { call } = form.closest("#call-form").dataset;
  form.inert = true;
  at?.blur();
  say(form, "");
  await settled();
  const answer = await post(address, fields);
  form.inert = false;
  const isToMend = answer.status === 422 && !answer.data; // the form again: what is missing stands beside its field
  if (answer.ok || isToMend) replace(form, answer.text, answer.ok);
  else failed(form, answer);
  if (answer.ok) otherPages.postMessage(call);
  if (form.isConnected && document.activeElement === document.body) at?.focus();
}

function failed(form, answer) {
  if (!form.dataset.save) {
    say(form, notDone(answer));
    return;
  }
  refused(form, answer, false);
  if (isUnsaved(form)) later(form, 0); // what would have gone along
}

/** Say which of two texts holds. */
export function settle(form, takeTheirs) {
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
  const answer = await ask(form.closest("#call-form").dataset.again);
  if (answer.ok) replace(form, answer.text, true);
  else if (form.matches("form")) say(form, notDone(answer));
}

/** Put the answer in the form's place, unless the next call's form is there by now. */
function replace(form, html, done) {
  giveUp(form);
  if (!form.isConnected) {
    if (!done) say(form, texts.not_finished);
    return;
  }
  const fresh = new DOMParser().parseFromString(html, "text/html").getElementById("call-form");
  form.closest("#call-form").replaceWith(fresh);
  document.dispatchEvent(new CustomEvent("call:form"));
  (fresh.querySelector("[aria-invalid=true]") ?? fresh).focus();
}

/** The server has its text, and another form its place: it is saved no more. */
function giveUp(form) {
  unsent.delete(form);
  takeDown(form);
  if (!form.dataset.save) return;
  const state = stateOf(form);
  clearTimeout(state.timer);
  state.over = true;
}
