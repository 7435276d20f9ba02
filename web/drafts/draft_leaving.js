// A form or a page goes: what is typed in it is saved before, and the browser asks back where it may be lost.
import { contents, same } from "./draft_fields.js";
import { isUnsaved, states, unsaved } from "./draft_states.js";
import { sendAtLast } from "../layout/server.js";

let passing = null;

/** `settled` saves everything that is not. */
export function beforeItGoes(settled) {
  document.addEventListener("submit", (event) => submitted(event, settled), true);
  window.addEventListener("beforeunload", leaving);
}

/** Before a page is sent away, what is typed in it is saved: the answer may be an error, or a page to sign in. */
function submitted(event, settled) {
  const { target: form, submitter } = event;
  const byScript = form.matches("[hx-post], [data-save], [data-change], [data-post]") || form.method === "dialog";
  if (byScript || passing === form || !unsaved.size) { passing = null; return; }
  event.preventDefault();
  event.stopImmediatePropagation();
  settled().then(() => {
    if (states.get(form)?.trouble) return; // it would be lost on the way; the line says why
    passing = form;
    form.requestSubmit(submitter);
  });
}

/** What was typed just now goes on its way; the browser asks back only where it may not arrive. */
function leaving(event) {
  for (const form of unsaved) {
    if (!isUnsaved(form)) continue;
    const { conflict, over, trouble, sending, tried, version } = states.get(form);
    const now = contents(form);
    if (tried.some((each) => same(each, now)) && !trouble) continue; // is on its way, and outlives the page
    if (conflict || over || trouble || sending) { event.preventDefault(); continue; }
    sendAtLast(form.dataset.draft, new URLSearchParams({ ...now, version }));
  }
}
