// What the server knows of the seat at this moment: fetched when something has changed, shown, counted on.
import { clockTime, fill, length, texts } from "../layout/page.js";
import { ask, trouble, untold } from "../layout/server.js";

const AT_MOST_EVERY = 150;
const SAY_ACTIVE_EVERY = 60_000;
const by = (id) => document.getElementById(id);
const desk = by("desk");

let lastAct = Date.now();
let said = Date.now();
let underWay = null;
let again = false;

/** What was fetched last; `ahead`: by how much the server's clock is before this computer's. */
export const now = { ...JSON.parse(by("now-at-first").textContent), gone: false, ahead: 0 };
now.ahead = Date.parse(now.at) - Date.now();

/** Note that the agent is there: a call that lasts is as good as a key. */
export function isThere() {
  lastAct = Date.now();
}

/** Fetch what has changed; however many changes there are, one request at a time. */
export function refresh(onNow) {
  again = true;
  underWay ??= (async () => {
    while (again) {
      again = false;
      await fetchNow(onNow);
      await new Promise((resolve) => { setTimeout(resolve, AT_MOST_EVERY); });
    }
    underWay = null;
  })();
  return underWay;
}

async function fetchNow(onNow) {
  const active = lastAct > said;
  const answer = await ask(desk.dataset.now + (active ? "?active=1" : ""));
  trouble("now", untold(answer));
  if (!answer.ok) return;
  if (active) said = Date.now();
  const fresh = answer.data;
  now.gone = !fresh.seat; // signed out by somebody else: what was known stays for the call that may still last
  if (!now.gone) Object.assign(now, fresh);
  now.ahead = Date.parse(fresh.at ?? now.at) - Date.now();
  onNow();
}

/** Say from time to time that the agent is there, so that a long call does not end the session. */
export function keepSession(inCall, onNow) {
  for (const kind of ["keydown", "pointerdown", "input"]) document.addEventListener(kind, isThere, { passive: true });
  setInterval(() => {
    if (inCall()) isThere();
    if (lastAct > said) refresh(onNow);
  }, SAY_ACTIVE_EVERY);
}

const seconds = (from, to) => Math.max(0, Math.round((to - from) / 1000));

/** Everything that runs with the clock. */
export function showTimes(since) {
  const at = Date.now() + now.ahead;
  by("state-time").textContent = length(seconds(since, at));
  by("waiting-longest").textContent = now.waiting.since ? length(seconds(Date.parse(now.waiting.since), at)) : "—";
  const until = now.seat.wrapUpUntil && Date.parse(now.seat.wrapUpUntil);
  if (until && by("now").dataset.state === "wrap_up") {
    by("state-note").textContent = fill(texts.wrap_up_left, { time: length(seconds(at, until)) });
  }
}

export function showFigures() {
  by("answered").textContent = now.seat.answered;
  for (const count of document.querySelectorAll(".unfinished-count")) count.textContent = now.unfinished || "";
  by("waiting-count").textContent = now.waiting.count;
  by("waiting-count").parentElement.classList.toggle("some", now.waiting.count > 0);
}

export function showMessage() {
  const { message } = now;
  by("message").hidden = !message;
  if (!message || by("message").dataset.id === String(message.id)) return;
  const time = clockTime(new Date(message.at), { hour: "2-digit", minute: "2-digit" });
  by("message").dataset.id = message.id;
  by("message-by").textContent = fill(texts.message_from, { name: message.by, time });
  by("message-text").textContent = message.text;
}
