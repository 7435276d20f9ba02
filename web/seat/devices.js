// Which microphone, which loudspeaker, where it rings; kept on this computer, because they are its own.
import { close, mayBeAsked, troubleOf } from "./microphone.js";
import { fill, texts } from "../layout/page.js";
import { allowRinging, ringOn, ringOnce } from "./ring.js";

const KEPT = "hotline-telephone";
const choice = { microphone: "", loudspeaker: "", ring: "", deskPhoneOnly: false };
const by = (id) => document.getElementById(id);
const SELECTS = { microphone: "audioinput", loudspeaker: "audiooutput", "ring-device": "audiooutput" };
const KEYS = { microphone: "microphone", loudspeaker: "loudspeaker", "ring-device": "ring" };
let listening = null;

export const deskPhoneOnly = () => choice.deskPhoneOnly;

/** The microphone that was chosen; another where that one is not plugged in. Fails as getUserMedia does. */
export async function openMicrophone() {
  const quality = { echoCancellation: true, noiseSuppression: true, autoGainControl: true };
  const ask = (audio) => navigator.mediaDevices.getUserMedia({ audio });
  try {
    return await ask({ ...quality, deviceId: choice.microphone ? { exact: choice.microphone } : undefined });
  } catch (problem) {
    if (problem.name === "OverconstrainedError") return ask(quality);
    throw problem;
  }
}

/** Load what was chosen on this computer, and bring the dialogue to life. `onChange`: desk phone only, or not. */
export function devices(farEnd, onChange) {
  try { Object.assign(choice, JSON.parse(localStorage.getItem(KEPT) ?? "{}")); } catch { /* none is kept */ }
  const dialogue = by("devices");
  apply(farEnd);
  by("show-devices").addEventListener("click", () => { dialogue.showModal(); open(); });
  dialogue.addEventListener("close", stopListening);
  navigator.mediaDevices?.addEventListener("devicechange", () => { if (dialogue.open) list(); });
  by("desk-phone-only").addEventListener("change", (event) => {
    choice.deskPhoneOnly = event.target.checked;
    keep();
    open();
    onChange();
  });
  for (const [id, key] of Object.entries(KEYS)) {
    by(id).addEventListener("change", async (event) => {
      choice[key] = event.target.value;
      keep();
      await apply(farEnd);
      if (id === "microphone") listen();
    });
  }
  by("try-ring").addEventListener("click", () => allowRinging().then(ringOnce, tell));
  by("try-loudspeaker").addEventListener("click", () => trySpeaker().catch(tell));
  by("allow-notifications").addEventListener("click", async () => {
    await Notification.requestPermission();
    showNotificationChoice();
  });
}

const keep = () => localStorage.setItem(KEPT, JSON.stringify(choice));

/** A device that is not plugged in any more is no reason to be silent. */
async function apply(farEnd) {
  await farEnd.setSinkId?.(choice.loudspeaker).catch(() => {});
  await ringOn(choice.ring).catch(() => {});
}

async function trySpeaker() {
  await ringOn(choice.loudspeaker);
  await allowRinging();
  ringOnce();
  setTimeout(() => ringOn(choice.ring).catch(() => {}), 1500);
}

function open() {
  by("desk-phone-only").checked = choice.deskPhoneOnly;
  by("device-choice").disabled = choice.deskPhoneOnly;
  by("devices-problem").hidden = true;
  showNotificationChoice();
  if (choice.deskPhoneOnly) return stopListening();
  return listen();
}

function showNotificationChoice() {
  by("allow-notifications").hidden = !("Notification" in window) || Notification.permission !== "default";
}

/** Show how loud the microphone is. Names of devices are told only to who may use one. */
async function listen() {
  stopListening();
  try {
    const stream = mayBeAsked() ? await openMicrophone() : null;
    if (!stream) { tell({ message: texts.microphone.insecure }); return; }
    if (!by("devices").open) { close(stream); return; }
    listening = meter(stream);
    await list();
  } catch (problem) {
    tell({ message: texts.microphone[troubleOf(problem)] });
  }
}

function meter(stream) {
  const context = new AudioContext();
  const analyser = new AnalyserNode(context, { fftSize: 1024 });
  context.createMediaStreamSource(stream).connect(analyser);
  const samples = new Float32Array(analyser.fftSize);
  const timer = setInterval(() => {
    analyser.getFloatTimeDomainData(samples);
    const power = samples.reduce((sum, each) => sum + each * each, 0) / samples.length;
    by("level").value = Math.min(1, Math.sqrt(power) * 5);
  }, 100);
  return { stream, context, timer };
}

function stopListening() {
  clearInterval(listening?.timer);
  close(listening?.stream);
  listening?.context.close();
  listening = null;
  by("level").value = 0;
}

async function list() {
  const found = await navigator.mediaDevices.enumerateDevices();
  for (const [id, kind] of Object.entries(SELECTS)) {
    const some = found.filter((each) => each.kind === kind && each.deviceId && each.deviceId !== "default");
    const options = some.map((each, index) =>
      new Option(each.label || fill(texts.device, { number: index + 1 }), each.deviceId));
    by(id).replaceChildren(new Option(texts.default_device, ""), ...options);
    by(id).value = choice[KEYS[id]];
    if (by(id).selectedIndex < 0) by(id).value = "";
  }
}

function tell(problem) {
  by("devices-problem").textContent = problem.message;
  by("devices-problem").hidden = false;
}
