// The draft: a word clicked is heard, the word heard is lit, and keys walk from word to word.
import { texts } from "../layout/page.js";
import { save } from "./saving.js";

export const segmentOf = (element) => element?.closest?.(".segment");

export function draft(sound) {
  document.addEventListener("click", (event) => {
    const from = event.target.closest(".word, .segment .at, .stretches .at, .unheard, .numbers .hear");
    const selecting = from?.matches(".word") && !getSelection().isCollapsed;
    if (!from || selecting) return;
    from.focus({ preventScroll: true });
    hear(from);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.target.matches?.(".word")) hear(event.target);
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (step && !event.altKey && event.target.matches?.(".word")) stepWord(event, step);
  });
  document.addEventListener("pointerdown", (event) => {
    const word = event.target.closest(".heard .word");
    if (word) selectable(word);
  });
  document.addEventListener("focusin", (event) => { if (event.target.matches(".heard .word")) rove(event.target); });
  document.addEventListener("click", (event) => { if (event.target.matches(".numbers .use")) useNumber(event.target); });
  sound?.onTime(light);

  function hear(from) {
    const { start, end } = from.dataset;
    if (from.matches(".unheard, .hear")) sound?.playBetween(Number(start), Number(end));
    else if (start) sound?.playFrom(Number(start));
  }
}

/**
 * Put the caller's own number in place of one that was misheard; it is saved as if it had been typed. Only where that
 * one still stands: the same digits may be part of another number. `begin` counts characters, as the server does.
 */
function useNumber(button) {
  const area = segmentOf(button).querySelector("textarea");
  const { begin, run, number } = button.dataset;
  const letters = [...area.value];
  const replaced = letters.splice(Number(begin), [...run].length, number).join("");
  if (area.readOnly || replaced !== run) {
    save(area).then(() => { document.getElementById("saved").textContent = texts.number_changed; }); // not before it says "saved"
    return;
  }
  area.value = letters.join("");
  area.dispatchEvent(new Event("input", { bubbles: true }));
  button.disabled = true;
}

/** While the pointer is down a word takes no focus: Chromium draws no selection out of what it has focused. */
function selectable(word) {
  const kept = word.tabIndex;
  word.removeAttribute("tabindex");
  const again = () => { if (!word.hasAttribute("tabindex")) word.tabIndex = kept; };
  for (const kind of ["pointerup", "pointercancel"]) document.addEventListener(kind, again, { once: true });
}

/** Of the words of a segment, Tab comes back to the one left last. */
function rove(word) {
  word.closest(".heard").querySelectorAll('.word[tabindex="0"]').forEach((each) => { each.tabIndex = -1; });
  word.tabIndex = 0;
}

function stepWord(event, by) {
  const all = [...document.querySelectorAll(".heard .word")].filter((word) => word.checkVisibility());
  const next = all[all.indexOf(event.target) + by];
  if (!next) return;
  event.preventDefault();
  next.focus();
}

export function stepSegment(by) {
  const all = [...document.querySelectorAll(".segment textarea")];
  const now = all.indexOf(segmentOf(document.activeElement)?.querySelector("textarea"));
  all[now < 0 ? 0 : Math.min(all.length - 1, Math.max(0, now + by))]?.focus();
}

let lit = null;

function light(time) {
  const words = document.querySelectorAll(".heard .word");
  const word = wordAt(words, time);
  if (word === lit) return;
  lit?.classList.remove("playing");
  lit?.removeAttribute("aria-current");
  const before = document.querySelector(".segment.playing");
  lit = word;
  word?.classList.add("playing");
  word?.setAttribute("aria-current", "true");
  const segment = segmentOf(word);
  if (segment === before) return;
  before?.classList.remove("playing");
  segment?.classList.add("playing");
  if (!document.activeElement?.matches("textarea, input")) segment?.scrollIntoView({ block: "nearest" });
}

/** The word that is heard at a time; between two words the one before goes on for half a second. */
function wordAt(words, time) {
  let low = 0;
  let high = words.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (Number(words[middle].dataset.start) <= time) low = middle + 1; else high = middle;
  }
  const word = words[low - 1];
  return word && time < Number(word.dataset.end) + 0.5 ? word : null;
}
