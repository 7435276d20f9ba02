// The supervisor's page: always up to date, but for the moment in which somebody presses a button or selects.
import { keepFresh } from "./fresh.js";

const LEAVES_IT = 10_000; // ms; a selection that was forgotten must not make the page old
const shown = document.getElementById("supervision");
let pressed = false;
let selectedAt = 0;
for (const [kind, is] of [["pointerdown", true], ["pointerup", false], ["pointercancel", false]]) {
  document.addEventListener(kind, () => { pressed = is; }, { passive: true });
}
document.addEventListener("selectionchange", () => { selectedAt = Date.now(); });

function selecting() {
  const selection = getSelection();
  if (!selection || selection.isCollapsed || Date.now() - selectedAt > LEAVES_IT) return false;
  return selection.getRangeAt(0).intersectsNode(shown);
}

keepFresh(shown, { mayReplace: () => !pressed && !selecting() });
