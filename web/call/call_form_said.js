// What is said about a form: in it while it is shown, by the page once its call has given way to the next.
import { isUnsaved, putBy, stateOf, unsent } from "./call_form_state.js";
import { fill, texts } from "../layout/page.js";

const notices = new Map(); // of the forms of earlier calls

/** Say beside the form how far saving is; of the form of an earlier call, what is wrong. */
export function tell(form, sentence, bad = false) {
  stateOf(form).trouble = bad ? sentence : "";
  if (!form.isConnected) {
    if (bad) tellOfEarlier(form, sentence);
    else if (!isUnsaved(form)) takeDown(form);
    return;
  }
  const line = document.getElementById("form-saved");
  if (line.textContent !== sentence) line.textContent = sentence;
  line.classList.toggle("bad", bad);
}

/** Say in the form why something was not done. */
export function say(form, sentence) {
  if (!form.isConnected) {
    if (sentence) tellOfEarlier(form, sentence);
    return;
  }
  const line = form.closest("#call-form").querySelector(".form-said");
  line.textContent = sentence;
  line.hidden = !sentence;
  line.scrollIntoView({ block: "nearest" });
}

/** Trouble with the form of an earlier call: the page says so, with the way to it. */
export function tellOfEarlier(form, sentence) {
  if (form.dataset.save) putBy(form);
  if (!notices.has(form)) notices.set(form, putUp(form));
  const line = notices.get(form).firstChild;
  const words = fill(texts.earlier_call, { caller: form.closest("#call-form").dataset.caller, said: sentence });
  if (line.textContent !== words) line.textContent = words;
}

function putUp(form) {
  const notice = document.createElement("p");
  const link = document.createElement("a");
  notice.className = "notice warn";
  link.href = form.closest("#call-form").dataset.page;
  link.target = "_blank";
  link.rel = "opener"; // so that the other page gets a copy of the tab's own store, and what was put by there
  link.textContent = texts.open_form;
  link.addEventListener("click", () => handOver(form));
  notice.append(document.createElement("span"), " ", link);
  document.getElementById("notices").append(notice);
  return notice;
}

/** The other page goes on with it. */
function handOver(form) {
  takeDown(form);
  if (!form.dataset.save) return;
  const state = stateOf(form);
  clearTimeout(state.timer);
  state.over = true;
  unsent.delete(form);
}

export function takeDown(form) {
  notices.get(form)?.remove();
  notices.delete(form);
}
