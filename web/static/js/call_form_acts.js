// Finishing the form beside a call, putting it away, undoing it: the answer is the form anew.
import { refused, save } from "./call_form_saving.js";
import { say, takeDown } from "./call_form_said.js";
import { contents, stateOf, unsent } from "./call_form_state.js";
import { headers, post, texts } from "./page.js";

/** What is typed goes along. */
export async function end(form, address) {
  const state = stateOf(form);
  if (state.conflict || state.over) return;
  clearTimeout(state.timer);
  await state.sending;
  if (!state.conflict && !state.over) await act(form, address, { ...contents(form), version: form.dataset.version });
}

export async function act(form, address, fields) {
  const buttons = form.querySelectorAll("button");
  buttons.forEach((each) => { each.disabled = true; });
  say(form, "");
  const answer = await post(address, fields).catch(() => null);
  buttons.forEach((each) => { each.disabled = false; });
  if (answer?.ok || answer?.status === 422) replace(form, await answer.text(), answer.ok);
  else if (form.dataset.save) await refused(form, answer, false);
  else say(form, answer?.status === 401 ? texts.signed_out : answer ? texts.broken : texts.failed_once);
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
  const answer = await fetch(form.dataset.again, { headers: headers() }).catch(() => null);
  if (answer?.ok) replace(form, await answer.text(), true); else say(form, texts.failed_once);
}

/** Put the answer in the form's place, unless the next call's form is there by now. */
function replace(form, html, done) {
  unsent.delete(form);
  takeDown(form);
  if (!form.isConnected) {
    if (!done) say(form, texts.not_finished);
    return;
  }
  const fresh = new DOMParser().parseFromString(html, "text/html").getElementById("call-form");
  form.closest("#call-form").replaceWith(fresh);
  document.dispatchEvent(new CustomEvent("call:form"));
  (fresh.querySelector("[aria-invalid=true]") ?? fresh).focus();
}
