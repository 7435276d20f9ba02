// Holding the recording: renewed while its user is there, shown when another has it, let go when the page closes.
import { fill, texts } from "../layout/page.js";
import { anyUnsaved, refresh, saveAll } from "./saving.js";
import { ask, beacon, post, trouble } from "../layout/server.js";

const BEAT = 20_000;
const WATCH = 5_000;
const AWAY = 10 * 60_000;

export function hold(sound) {
  const desk = document.getElementById("desk");
  if (desk.dataset.decided === "1") return;
  let mine = desk.dataset.mine === "1";
  let lastAct = Date.now();
  let reported = Date.now();
  let timer = setTimeout(beat, mine ? BEAT : WATCH);

  for (const kind of ["keydown", "pointerdown", "input"]) {
    document.addEventListener(kind, () => { lastAct = Date.now(); }, { passive: true });
  }

  async function beat(take = false) {
    clearTimeout(timer);
    if (sound?.playing()) lastAct = Date.now();
    if (Date.now() - lastAct < AWAY) await renew(take);
    timer = setTimeout(beat, mine ? BEAT : WATCH);
  }

  async function renew(take) {
    const fields = { take: take === true ? "1" : "", active: lastAct > reported ? "1" : "" };
    const answer = await post(desk.dataset.hold, fields);
    if (answer.status === 401) return signedOut();
    if (answer.status === 409) { mine = false; return say(answer.said, false); }
    trouble("hold", answer.said);
    if (!answer.ok) return undefined;
    reported = Date.now();
    const now = answer.data;
    badge(now);
    if (now.decided) return say(texts.decided, false);
    if (now.mine && !mine) await regained();
    mine = now.mine;
    return show(mine, fill(now.holder ? texts.taken : texts.lost, { name: now.holder }));
  }

  async function regained() {
    const answer = await ask(desk.dataset.draft);
    if (answer.ok) refresh(new DOMParser().parseFromString(answer.text, "text/html"));
    show(true, "");
    saveAll();
  }

  document.getElementById("take-over").addEventListener("click", () => beat(true));
  document.addEventListener("hold:lost", () => beat());
  document.addEventListener("htmx:afterSettle", (event) => {
    show(mine, document.getElementById("hold-sentence").textContent);
    if (event.target.id === "draft") beat(); // its state may be another now
  });
  window.addEventListener("pageshow", (event) => { if (event.persisted) beat(); });
  window.addEventListener("pagehide", () => {
    if (mine) beacon(desk.dataset.release, { page: desk.dataset.page });
  });
}

function badge(now) {
  const shown = document.querySelector("#state .state");
  shown.className = `state state-${now.state}`;
  shown.textContent = now.state_name;
}

function show(mine, sentence) {
  document.getElementById("hold").hidden = mine;
  document.getElementById("take-over").hidden = false;
  document.getElementById("hold-sentence").textContent = mine ? "" : sentence;
  document.querySelectorAll(".segment textarea").forEach((area) => { area.readOnly = !mine; });
  document.querySelectorAll("#decision fieldset").forEach((set) => { set.disabled = !mine; });
}

function say(sentence, mine) {
  show(mine, sentence);
  document.getElementById("take-over").hidden = true;
}

/** Whether a registration was begun. */
function begun() {
  const fields = document.querySelectorAll("#register input:not([type=hidden]), #register textarea");
  return [...fields].some((field) => field.value !== field.defaultValue);
}

function signedOut() {
  if (anyUnsaved() || begun()) say(texts.answers[401], false);
  else location.reload();
}
