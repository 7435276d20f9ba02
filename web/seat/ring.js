// Ringing so that it is heard and seen: two tones from the device that was chosen, the title, a notification.
import { fill, texts } from "../layout/page.js";

const TONES = [[784, 0], [988, 0.22], [784, 0.44], [988, 0.66]]; // hertz, seconds after the beginning
const EVERY = 2400;
const BLINK = 700;

let sound = null;
let repeating = 0;
let blinking = 0;
let shown = null;
const title = document.title;

/** The output of everything that rings; made once, because browsers allow only so many. */
function output() {
  if (sound) return sound;
  const context = new AudioContext();
  const there = context.createMediaStreamDestination();
  const player = new Audio();
  player.srcObject = there.stream;
  sound = { context, there, player };
  return sound;
}

/** Ring on this device from now on; "" is as the computer chooses. */
export async function ringOn(device) {
  await output().player.setSinkId?.(device);
}

/** Whether the browser lets this page be heard; it does once somebody has clicked in it. */
export const mayRing = () => output().context.state === "running";

/** Call this when somebody has clicked or pressed a key. */
export async function allowRinging() {
  const { context, player } = output();
  await context.resume();
  await player.play();
}

export function ringOnce() {
  const { context, there } = output();
  for (const [hertz, after] of TONES) {
    const tone = new OscillatorNode(context, { type: "triangle", frequency: hertz });
    const loudness = new GainNode(context, { gain: 0 });
    const at = context.currentTime + after;
    loudness.gain.linearRampToValueAtTime(0, at);
    loudness.gain.linearRampToValueAtTime(0.35, at + 0.02);
    loudness.gain.exponentialRampToValueAtTime(0.001, at + 0.2);
    tone.connect(loudness).connect(there);
    tone.start(at);
    tone.stop(at + 0.21);
  }
}

export function ring(seat) {
  if (repeating) return;
  allowRinging().catch(() => {});
  ringOnce();
  repeating = setInterval(ringOnce, EVERY);
  blinking = setInterval(() => { document.title = document.title === title ? `☎ ${texts.ringing}` : title; }, BLINK);
  document.title = `☎ ${texts.ringing}`;
  if (document.hidden && "Notification" in window && Notification.permission === "granted") {
    shown = new Notification(texts.ringing, { body: fill(texts.somebody_calls, { seat }), tag: "ringing" });
    shown.addEventListener("click", () => { window.focus(); shown?.close(); });
  }
}

export function stopRinging() {
  clearInterval(repeating);
  clearInterval(blinking);
  repeating = 0;
  document.title = title;
  shown?.close();
  shown = null;
}
