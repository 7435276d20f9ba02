// The supervisor's page: always up to date, but for the moment in which somebody presses a button or selects.
import { keepFresh } from "./fresh.js";

let pressed = false;
for (const [kind, is] of [["pointerdown", true], ["pointerup", false], ["pointercancel", false]]) {
  document.addEventListener(kind, () => { pressed = is; }, { passive: true });
}
const selecting = () => !(getSelection()?.isCollapsed ?? true);
keepFresh(document.getElementById("supervision"), () => !pressed && !selecting());
