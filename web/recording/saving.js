// Saving segments while one types: a pause saves, a conflict shows both texts, and nothing typed is dropped.
import { fill, texts } from "../layout/page.js";
import { notSaved, post } from "../layout/server.js";

const PAUSE = 800;
const RETRY = 5000;
const states = new WeakMap();
const areas = () => [...document.querySelectorAll(".segment textarea")];

function stateOf(area) {
  if (!states.has(area)) states.set(area, { kept: area.defaultValue, timer: 0, sending: null, conflict: null });
  return states.get(area);
}

export const isUnsaved = (area) => area.value !== stateOf(area).kept;
export const anyUnsaved = () => areas().some(isUnsaved);
export const whyUnsaved = () =>
  [...document.querySelectorAll(".segment-status.bad")].find((line) => line.textContent)?.textContent ?? texts.unsaved;
export const saveAll = () => Promise.all(areas().map((area) => save(area)));

export function saving() {
  const area = (event) => (event.target.matches?.(".segment textarea") ? event.target : null);
  // what an input method is still composing is no text yet
  document.addEventListener("input", (event) => { if (area(event) && !event.isComposing) typed(event.target); });
  document.addEventListener("compositionend", (event) => { if (area(event)) typed(event.target); });
  document.addEventListener("focusout", (event) => { if (area(event)) save(event.target); });
  document.addEventListener("visibilitychange", () => { if (document.hidden) saveAll(); });
  window.addEventListener("beforeunload", (event) => { if (anyUnsaved()) event.preventDefault(); });
  document.addEventListener("click", (event) => {
    const choice = event.target.closest(".keep-mine, .take-theirs");
    if (choice) settle(choice.closest(".segment").querySelector("textarea"), choice.matches(".take-theirs"));
  });
  fit();
  areas().filter(isUnsaved).forEach(typed); // before the scripts were here
  document.addEventListener("htmx:afterSettle", fit);
}

function fit(event) {
  if (CSS.supports("field-sizing", "content")) return;
  const some = event?.type === "input" ? [event.target] : areas();
  some.forEach((area) => { area.style.height = "auto"; area.style.height = `${area.scrollHeight + 2}px`; });
}

function typed(area) {
  const state = stateOf(area);
  saidNow(area);
  fit({ type: "input", target: area });
  tell(area, texts.unsaved);
  clearTimeout(state.timer);
  state.timer = setTimeout(() => save(area), PAUSE);
}

const saidBy = (area) => area.closest(".segment").querySelector(".said");

/** The words beside the sound are the text, at once: what was heard wrongly is not to be copied or found. */
function saidNow(area) {
  area.defaultValue = area.value; // what the page was sent with is in it, too
  const line = saidBy(area).querySelector(".heard");
  if (line?.textContent === area.value) return;
  const { start, end } = area.closest(".segment").dataset;
  const whole = Object.assign(document.createElement("span"), { className: "word", role: "button", tabIndex: 0, textContent: area.value });
  Object.assign(whole.dataset, { start, end });
  saidBy(area).replaceChildren(Object.assign(document.createElement("p"), { className: "heard", role: "group", ariaLabel: document.querySelector(".heard")?.ariaLabel ?? null }));
  if (area.value) saidBy(area).firstChild.append(whole);
}

/** Once it is saved the server says which word is heard when, and how much nobody has written down yet. */
function byWord(area, { said, not_transcribed: sentence }) {
  saidBy(area).innerHTML = said;
  document.getElementById("not-transcribed").innerHTML = sentence;
  document.dispatchEvent(new Event("draft:said"));
}

export function save(area) {
  const state = stateOf(area);
  clearTimeout(state.timer);
  if (!isUnsaved(area) || state.conflict || area.readOnly) return state.sending ?? Promise.resolve();
  state.sending ??= attempt(area, state).finally(() => { state.sending = null; });
  return state.sending;
}

async function attempt(area, state) {
  while (isUnsaved(area) && !state.conflict && !area.readOnly) {
    const text = area.value;
    tell(area, texts.saving);
    const answer = await post(area.dataset.save, { text, based_on: area.dataset.revision });
    if (answer.ok) {
      area.dataset.revision = answer.data.revision;
      state.kept = text;
      if (!isUnsaved(area)) {
        tell(area, texts.saved);
        byWord(area, answer.data);
      }
    } else if (answer.status === 409 && answer.data?.text !== undefined) return collide(area, state, answer.data);
    else if ([409, 423].includes(answer.status)) return lost(area, answer.said);
    else return again(area, state, notSaved(answer));
  }
  return undefined;
}

function again(area, state, sentence) {
  tell(area, sentence, true);
  state.timer = setTimeout(() => save(area), RETRY);
}

/** Another person has the recording, or is signed in here: the text waits until that is over. */
function lost(area, sentence) {
  tell(area, sentence, true);
  document.dispatchEvent(new CustomEvent("hold:lost"));
}

function collide(area, state, theirs) {
  state.conflict = theirs;
  const box = area.closest(".segment").querySelector(".conflict");
  box.querySelector(".conflict-said").textContent = fill(texts.theirs, { name: theirs.author || texts.somebody });
  box.querySelector(".conflict-text").textContent = theirs.text;
  box.hidden = false;
  tell(area, texts.unsaved, true);
}

function settle(area, takeTheirs) {
  const state = stateOf(area);
  area.dataset.revision = state.conflict.revision;
  state.kept = state.conflict.text;
  if (takeTheirs) {
    area.value = area.defaultValue = state.conflict.text;
    byWord(area, state.conflict);
  }
  state.conflict = null;
  area.closest(".segment").querySelector(".conflict").hidden = true;
  tell(area, takeTheirs ? texts.saved : texts.unsaved);
  area.focus();
  save(area);
}

function tell(area, sentence, bad = false) {
  const status = document.getElementById(`status-${area.dataset.save.split("/").pop()}`);
  status.textContent = bad ? sentence : "";
  status.classList.toggle("bad", bad);
  const saved = document.getElementById("saved");
  if (saved.textContent !== sentence) saved.textContent = sentence;
}

/** Take over what others have saved meanwhile, where this user has typed nothing. */
export function refresh(page) {
  for (const area of areas()) {
    const theirs = page.getElementById(area.id);
    if (!theirs || isUnsaved(area)) continue;
    area.value = area.defaultValue = theirs.defaultValue;
    area.dataset.revision = theirs.dataset.revision;
    saidBy(area).replaceChildren(...saidBy(theirs).childNodes);
    stateOf(area).kept = theirs.defaultValue;
  }
}
