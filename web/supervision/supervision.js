// The supervisor's page: always up to date, but for the moment in which somebody presses a button or selects.
import { keepFresh } from "../live/fresh.js";

const LEAVES_IT = 10_000; // ms; a selection that was forgotten must not make the page old
const shown = document.getElementById("supervision");
let pressed = false;
let selectedAt = 0;

/** What is pressed here comes to something when it is let go, so it has to be there still. */
const press = (is) => (event) => { if (!event.key || [" ", "Enter"].includes(event.key)) pressed = is; };
for (const kind of ["pointerdown", "keydown"]) document.addEventListener(kind, press(true), { passive: true });
for (const kind of ["pointerup", "pointercancel", "keyup"]) document.addEventListener(kind, press(false), { passive: true });
window.addEventListener("blur", () => { pressed = false; }); // what is let go elsewhere is not heard of here
document.addEventListener("selectionchange", () => { selectedAt = Date.now(); });

function selecting() {
  const selection = getSelection();
  if (!selection || selection.isCollapsed || Date.now() - selectedAt > LEAVES_IT) return false;
  return selection.getRangeAt(0).intersectsNode(shown);
}

keepFresh(shown, { mayReplace: () => !pressed && !selecting() });

/** "Your telephone rings" is true until it is answered, or rings no more. */
const own = () => shown.querySelector("[data-own]")?.dataset.own ?? "";
let was = own();
new MutationObserver(() => {
  const state = own();
  if (state !== was && (was === "ringing" || state === "on_a_call")) document.getElementById("notices").replaceChildren();
  was = state;
}).observe(shown, { childList: true });
