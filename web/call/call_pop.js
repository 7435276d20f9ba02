// The screen pop: notes about the caller are added and taken back without leaving the call.
import { forget, settled } from "../drafts/drafts.js";
import { composing, fill, texts } from "../layout/page.js";
import { notDone, post } from "../layout/server.js";

const pop = () => document.getElementById("call-pop");
const onTheirWay = new WeakSet();

export function callPop() {
  document.addEventListener("submit", (event) => {
    if (!event.target.matches("#call-pop .note-form") || event.defaultPrevented) return;
    event.preventDefault();
    note(event.target);
  });
  document.addEventListener("click", (event) => {
    const button = event.target.closest("#call-pop .take-back");
    if (button) send(button.dataset.post, {});
  });
  document.addEventListener("keydown", (event) => {
    if (composing(event) && event.key === "Enter" && pop()?.contains(event.target)) event.preventDefault();
  });
}

/** The note that is being typed; null where none is. */
function begun() {
  const form = pop()?.querySelector(".note-form");
  return form?.elements.note.value.trim() && !onTheirWay.has(form) ? form : null;
}

export const noteBegun = () => begun() !== null;

async function note(form) {
  if (onTheirWay.has(form)) return;
  onTheirWay.add(form);
  await settled();
  const answer = await send(form.dataset.post, { note: form.elements.note.value });
  if (answer.ok) forget(form);
  onTheirWay.delete(form);
  if (!form.isConnected && !answer.ok) tell(form, false); // the next call's card is there by now
}

async function send(address, fields) {
  const place = pop();
  const answer = await post(address, fields);
  if (!place.isConnected) return answer;
  const fresh = new DOMParser().parseFromString(answer.text, "text/html").getElementById("call-pop");
  if (fresh) {
    place.replaceWith(fresh);
    fresh.querySelector("#note").focus();
  } else say(place, notDone(answer));
  return answer;
}

/** Say beside the notes why one was not added or taken back, until the next answer puts the card anew. */
function say(place, sentence) {
  const line = place.querySelector(".notes-said");
  line.textContent = sentence;
  line.hidden = false;
}

/** Before the next call's card takes this one's place: a note that was begun is kept for its own caller. */
export async function keepNote() {
  const form = begun();
  if (!form) return;
  onTheirWay.add(form);
  await settled();
  const answer = await post(form.dataset.post, { note: form.elements.note.value });
  if (answer.ok) forget(form);
  tell(form, answer.ok);
}

/** Say what became of the note of an earlier call, with the way to that call; of notes that were kept, the last. */
function tell(form, kept) {
  const { caller, page } = form.closest("#call-pop").dataset;
  const said = fill(kept ? texts.note_kept : texts.note_not_kept, { caller, note: form.elements.note.value.trim() });
  const link = Object.assign(document.createElement("a"), { href: page, target: "_blank", rel: "noopener", textContent: texts.open_call });
  const notice = Object.assign(document.createElement("p"), { className: kept ? "notice note-kept" : "notice warn" });
  link.addEventListener("click", () => { if (kept) notice.remove(); });
  notice.append(said, " ", link);
  if (kept) document.querySelector(".note-kept")?.remove();
  document.getElementById("notices").append(notice);
}
