// The page goes and comes again: what was typed just before is saved on the way, and found again in this tab.
import { contents, isUnsaved, nameOf, putBy, same, stateOf, unsent } from "./call_form_state.js";
import { valueAsSent } from "../layout/page.js";
import { sendAtLast } from "../layout/server.js";

const MOST = 60_000; // bytes: a browser sends 64 KiB for a page that goes, and nothing at all beyond

/** What was typed just now goes on its way; the browser asks back only where it may not arrive. */
export function leaving(event) {
  let room = MOST;
  for (const form of unsent) {
    if (!isUnsaved(form)) continue;
    const state = stateOf(form);
    const typed = contents(form);
    const body = new Blob([JSON.stringify({ ...typed, version: form.dataset.version })], { type: "application/json" });
    const keeps = putBy(form);
    const stuck = form.inert || state.sending || state.conflict || state.failed || state.over;
    if (!keeps || stuck || body.size > room) { event.preventDefault(); continue; }
    room -= body.size;
    state.tried.push(typed);
    sendAtLast(form.dataset.save, body);
  }
}

/** The same tab finds it again after a reload, also when the page was on its way before the text was. */
export function takeBack(form) {
  const put = JSON.parse(sessionStorage.getItem(nameOf(form)) ?? "null");
  sessionStorage.removeItem(nameOf(form));
  if (!put || same(put.typed, contents(form))) return;
  const isTyped = (name) => form.elements[name].value !== valueAsSent(form.elements[name]); // before the scripts were here
  const { unit_code: code, ...typed } = put.typed;
  for (const name of Object.keys(typed)) if (!isTyped(name)) form.elements[name].value = typed[name];
  if (!isTyped("unit")) {
    form.elements.unit_code.value = code;
    form.elements.unit.value = put.unit;
  }
  form.dataset.version = put.version;
  stateOf(form).tried.push(put.typed);
}
