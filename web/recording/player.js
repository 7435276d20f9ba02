// The sound: one audio element, which keeps the pitch at every speed, and the waveform drawn over it.
// biome-ignore lint/correctness/noUnresolvedImports: lies in static/vendor, which browsers know as /static/vendor
import WaveSurfer from "../vendor/wavesurfer.esm.js";
import { texts } from "../layout/page.js";

const SPEED_KEPT = "desk.speed";

export function player() {
  const audio = document.getElementById("audio");
  if (!audio) return null;
  const play = document.getElementById("play");
  const listeners = [];
  let until = Infinity;

  draw(audio);
  shade();
  for (const kind of ["htmx:afterSettle", "draft:said"]) document.addEventListener(kind, shade); // it comes later, and changes
  audio.preservesPitch = true;

  const tick = () => {
    if (audio.currentTime >= until) { audio.pause(); until = Infinity; }
    document.getElementById("time").textContent = clock(audio.currentTime);
    listeners.forEach((listener) => listener(audio.currentTime));
    if (!audio.paused) requestAnimationFrame(tick);
  };
  audio.addEventListener("play", () => { play.ariaPressed = "true"; tick(); });
  audio.addEventListener("pause", () => { play.ariaPressed = "false"; });
  audio.addEventListener("seeked", tick);
  audio.addEventListener("error", () => failed());

  const start = () => audio.play().catch((error) => { if (error.name !== "AbortError") failed(); });
  const api = {
    toggle: () => { until = Infinity; if (audio.paused) start(); else audio.pause(); },
    skip: (seconds) => { until = Infinity; audio.currentTime = Math.max(0, audio.currentTime + seconds); },
    playFrom: (at) => { until = Infinity; audio.currentTime = at; start(); },
    playBetween: (from, to) => { audio.currentTime = from; until = to; start(); },
    faster: (by) => {
      const all = [...document.querySelectorAll("input[name=speed]")];
      const next = all[all.findIndex((each) => each.checked) + by];
      if (next) { next.checked = true; setSpeed(audio); }
    },
    onTime: (listener) => listeners.push(listener),
    playing: () => !audio.paused,
  };
  play.addEventListener("click", api.toggle);
  document.getElementById("back-3").addEventListener("click", () => api.skip(-3));
  document.getElementById("on-3").addEventListener("click", () => api.skip(3));
  keepSpeed(audio);
  sides(audio);
  return api;
}

/** Of a call: both are heard, or one alone, from where one is. */
function sides(audio) {
  document.querySelectorAll("input[name=side]").forEach((each) => each.addEventListener("change", () => {
    const { currentTime, paused } = audio;
    audio.src = each.value;
    audio.currentTime = currentTime;
    if (!paused) audio.play().catch(failed);
  }));
}

function draw(audio) {
  const box = document.getElementById("waveform");
  const colour = (name) => getComputedStyle(box).getPropertyValue(name).trim();
  WaveSurfer.create({
    container: box, media: audio, url: audio.src, height: 72, normalize: true, dragToSeek: true,
    peaks: [JSON.parse(box.dataset.peaks)], duration: Number(box.dataset.seconds),
    barWidth: 2, barGap: 1, barRadius: 2, cursorWidth: 2,
    waveColor: colour("--wave"), progressColor: colour("--wave-played"), cursorColor: colour("--ink"),
    cspNonce: box.dataset.nonce,
  });
}

/** Over the waveform, the stretches of speech that the draft has no words for. */
function shade() {
  const box = document.getElementById("waveform");
  box.querySelectorAll(".shade").forEach((each) => each.remove());
  for (const { dataset } of document.querySelectorAll("#draft .unheard")) {
    const part = document.createElement("span");
    part.className = "shade";
    const percent = (seconds) => `${100 * Math.min(1, seconds / Number(box.dataset.seconds))}%`;
    part.style.left = percent(dataset.start);
    part.style.width = percent(dataset.end - dataset.start);
    box.append(part);
  }
}

function keepSpeed(audio) {
  const kept = document.querySelector(`input[name=speed][value="${CSS.escape(localStorage.getItem(SPEED_KEPT) ?? "1")}"]`);
  if (kept) kept.checked = true;
  document.querySelectorAll("input[name=speed]").forEach((each) => each.addEventListener("change", () => setSpeed(audio)));
  audio.addEventListener("play", () => setSpeed(audio));
  setSpeed(audio);
}

function setSpeed(audio) {
  const speed = document.querySelector("input[name=speed]:checked").value;
  audio.playbackRate = audio.defaultPlaybackRate = Number(speed);
  localStorage.setItem(SPEED_KEPT, speed);
}

function failed() {
  const said = document.getElementById("sound-failed");
  said.textContent = texts.no_sound;
  said.hidden = false;
}

function clock(seconds) {
  return `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;
}
