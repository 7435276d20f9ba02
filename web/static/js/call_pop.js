// The screen pop: notes about the caller are added and taken back without leaving the call.
import { composing, post } from "./page.js";

const pop = () => document.getElementById("call-pop");

export function callPop() {
  document.addEventListener("submit", (event) => {
    if (!event.target.matches("#call-pop .note-form") || event.defaultPrevented) return;
    event.preventDefault();
    send(event.target.dataset.post, { note: event.target.elements.note.value });
  });
  document.addEventListener("click", (event) => {
    const button = event.target.closest("#call-pop .take-back");
    if (button) send(button.dataset.post, {});
  });
  document.addEventListener("keydown", (event) => {
    if (composing(event) && event.key === "Enter" && pop()?.contains(event.target)) event.preventDefault();
  });
}

async function send(address, fields) {
  const place = pop();
  const answer = await post(address, fields).catch(() => null);
  if (!answer || !(answer.ok || answer.status === 422)) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("call-pop");
  if (!place.isConnected) return; // the next call's is there by now
  place.replaceWith(fresh);
  fresh.querySelector("#note").focus();
}
