// Abandoned calls, walked through by keys: the row that has the focus is the one that is meant.
import { shortcuts } from "../layout/page.js";

const rows = [...document.querySelectorAll(".abandoned tbody tr")];
const current = () => document.activeElement.closest(".abandoned tbody tr");

function step(by) {
  const now = rows.indexOf(current());
  const next = now < 0 ? (by > 0 ? 0 : rows.length - 1) : Math.min(rows.length - 1, Math.max(0, now + by));
  rows[next]?.focus();
}

/** Press a button of the current row, and of no other: a key pressed twice must not reach a second citizen. */
const press = (name) => current()?.querySelector(`button.${name}`)?.click();

document.getElementById(decodeURIComponent(location.hash.slice(1)))?.focus(); // the row of the act before

shortcuts({
  j: () => step(1), ArrowDown: () => step(1),
  k: () => step(-1), ArrowUp: () => step(-1),
  c: () => press("call-back"),
  s: () => press("settle"),
});
