// A part of a page that is always up to date, and the times in it, which run by themselves.
import { live, outOfTouch } from "./live.js";
import { length } from "../layout/page.js";
import { ask, trouble, untold } from "../layout/server.js";

const AT_LEAST_EVERY = 1_000; // some figures change without a change at the seats
const AT_MOST_EVERY = 150;

/**
 * Keep the content of an element as `data-fresh` gives it; `data-at` is the server's time at first.
 * `onSignedOut`: by default the banner says so, and what is typed in the page stays.
 */
export function keepFresh(element, { mayReplace = () => true, onSignedOut = outOfTouch } = {}) {
  const ahead = Date.parse(element.dataset.at) - Date.now();
  let etag = null;
  let underWay = false;
  let again = false;

  async function refresh() {
    again = true;
    if (underWay) return;
    underWay = true;
    while (again) {
      again = false;
      await fetchIt();
      await new Promise((resolve) => { setTimeout(resolve, AT_MOST_EVERY); });
    }
    underWay = false;
  }

  async function fetchIt() {
    if (!mayReplace()) return;
    const answer = await ask(element.dataset.fresh, { headers: etag && { "If-None-Match": etag }, cache: "no-store" });
    trouble("fresh", untold(answer));
    if (!answer.ok || !mayReplace()) return;
    ({ etag } = answer);
    replace(answer.text);
  }

  function replace(content) {
    const focused = element.contains(document.activeElement) && document.activeElement.id;
    element.innerHTML = content;
    if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
    showTimes(element, ahead);
  }

  showTimes(element, ahead);
  setInterval(() => showTimes(element, ahead), 250);
  const asking = setInterval(refresh, AT_LEAST_EVERY);
  live(refresh, (touch) => {
    if (touch.lost === "session") {
      clearInterval(asking);
      onSignedOut(touch);
    } else outOfTouch(touch.lost === "exchange" ? { ...touch, lost: "" } : touch); // the content says that itself
  });
}

/** Times that run: up from `data-since`, down to `data-until`; late after `data-late` seconds. */
function showTimes(element, ahead) {
  const now = Date.now() + ahead;
  for (const each of element.querySelectorAll("time[data-since], time[data-until]")) {
    const { since, until, late } = each.dataset;
    const seconds = Math.max(0, Math.floor((since ? now - Date.parse(since) : Date.parse(until) - now) / 1000));
    const text = length(seconds);
    if (each.textContent !== text) each.textContent = text;
    if (late) each.classList.toggle("late", seconds > Number(late));
  }
}
