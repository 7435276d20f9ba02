// The seat console: puts its parts together and gives them their keys.
import { beginTyping, callForm, formUnsaved, putAway, showPart } from "../call/call_form.js";
import { callPop, noteBegun } from "../call/call_pop.js";
import { deskPhoneOnly, devices, openMicrophone } from "./devices.js";
import { live, outOfTouch } from "../live/live.js";
import { Microphone } from "./microphone.js";
import { fill, shortcuts, texts } from "../layout/page.js";
import { allowRinging, mayRing, ring, stopRinging } from "./ring.js";
import { CallPanel } from "./seat_call.js";
import { chooseSeat, choices, showSeats } from "./seat_choices.js";
import { Line } from "./seat_line.js";
import { keepSession, now, refresh, showFigures, showMessage, showTimes } from "./seat_now.js";
import { order, say } from "./seat_orders.js";
import { notDone, post, trouble, untold } from "../layout/server.js";
import { Telephone } from "./telephone.js";

const by = (id) => document.getElementById(id);
const desk = by("desk");
const telephone = new Telephone(by("far-end"));
const microphone = new Microphone(openMicrophone, () => !deskPhoneOnly() && !line.isElsewhere);
const line = new Line(telephone, microphone);
const panel = new CallPanel(telephone, microphone, show);
const shown = { state: "", since: 0, pop: "", form: "" };
const LINE_CHANGES = 60_000; // ms
let cutShort = 0; // when a form went in which somebody was typing
const isUnsaved = () => formUnsaved() || noteBegun();

function show() {
  const { state } = panel;
  if (state !== shown.state) {
    shown.state = state;
    shown.since = Date.now() + now.ahead;
  }
  if (state === now.seat.state) shown.since = Date.parse(now.seat.since);
  by("now").dataset.state = state;
  const { supervising } = now;
  const name = supervising && state === "on_a_call" ? fill(texts.joined[supervising.how], supervising) : texts.state_names[state];
  if (by("state").textContent !== name) by("state").textContent = name;
  const note = state === "no_mic" ? texts.microphone[now.seat.microphone] : supervising || state === "wrap_up" ? "" : now.seat.reason;
  if (by("state-note").textContent !== (note ?? "")) by("state-note").textContent = note ?? "";
  desk.classList.toggle("supervising", Boolean(supervising));
  by("line-closed").hidden = !now.lineClosed;
  if (by("line-closed").textContent !== now.lineClosed) by("line-closed").textContent = now.lineClosed;
  by("ready").disabled = !(["paused", "wrap_up"].includes(state) || now.seat.reason);
  by("pause").disabled = Boolean(now.seat.reason) || state === "signed_out";
  by("extend").disabled = state !== "wrap_up" || now.seat.extended;
  by("sign-out-of-seat").disabled = ["ringing", "on_a_call"].includes(state);
  showFigures();
  showMessage();
  showTimes(shown.since);
  panel.show();
  line.show();
  if (by("transfer-to").open) showSeats();
  if (telephone.call?.state === "ringing") ring(by("seat-title").textContent); else stopRinging();
}

/** Nothing of an earlier call stays beside this one, neither while it rings nor when it has rung and gone. */
function makeRoom(callId) {
  for (const [id, empty] of [["pop", "no-pop"], ["form", "no-form"]]) {
    const part = by(id).querySelector("[data-call]");
    if (!part || part.dataset.call === callId) continue;
    if (by(id).contains(document.activeElement)) cutShort = Date.now();
    const instead = by(empty).content.cloneNode(true);
    const kept = instead.querySelector(".form-kept");
    if (kept && part.querySelector("form[data-save]:not([data-version='0'])")) {
      kept.hidden = false;
      kept.querySelector("a").href = part.dataset.page;
      kept.querySelector("span").textContent = fill(texts.form_kept, { caller: part.dataset.caller });
    }
    putAway(by(id), [instead]);
    shown[id] = "";
    showFigures();
  }
}

/** Who is calling, as soon as it rings; the form, once there is something to write. */
async function showCall() {
  const { callId, state } = now.seat;
  if (!callId) return;
  makeRoom(callId);
  const parts = [["pop", true], ["form", state !== "ringing"]];
  for (const [id, due] of parts) {
    if (!due || shown[id] === callId) continue;
    if (now.seat.callId && now.seat.callId !== callId) return; // the next call came while we waited
    shown[id] = callId;
    const wanted = () => shown[id] === callId;
    const answer = await showPart(by(id), `/call/${encodeURIComponent(callId)}/${id}`, wanted);
    if (wanted()) trouble(id, untold(answer));
    if (!answer.ok && wanted()) shown[id] = ""; // with the next change once more
    else if (id === "form" && wanted() && isAnsweredHere()) beginTyping();
  }
}

/** By this page's own telephone, and as an agent: whoever answers a desk phone may be far from the keys. */
const isAnsweredHere = () => ["connecting", "talking"].includes(telephone.call?.state) && !now.supervising;

/** What was registered stands beside the earlier calls at once; a note that is being typed is left alone. */
function registered() {
  if (noteBegun()) return;
  shown.pop = "";
  showCall();
}

function changed() {
  if (now.gone || now.seat.name !== desk.dataset.seat) {
    if (telephone.call || isUnsaved()) return; // the call goes on, and what is typed is not lost
    location.reload();
    return;
  }
  show();
  showCall();
}

function touched(touch) {
  outOfTouch(touch);
  desk.dataset.lost = touch.lost; // what the exchange said last may not be so any more
  if (touch.lost === "session" && !telephone.call && !isUnsaved()) location.reload();
  if (touch.lost === "") refresh(changed);
}

devices(by("far-end"), () => line.begin());
by("devices").addEventListener("close", () => microphone.look());
choices((seat) => panel.beginsConsulting(seat));
callForm();
callPop();
document.addEventListener("call:form", registered);
telephone.addEventListener("change", show);
telephone.addEventListener("ended", () => { if (now.gone) location.reload(); });
by("ready").addEventListener("click", () => order("ready"));
by("extend").addEventListener("click", () => order("extend_wrap_up"));
by("pause").addEventListener("click", () => by("pause-reasons").showModal());
by("sign-out-of-seat").addEventListener("click", async () => { if (await order("sign_out")) location.reload(); });
by("transfer").addEventListener("click", chooseSeat);
by("message-read").addEventListener("click", async () => {
  const answer = await post(`${desk.dataset.messages}${now.message.id}/read`, {});
  say(answer.ok ? "" : notDone(answer));
});

for (const kind of ["pointerdown", "keydown"]) {
  document.addEventListener(kind, () => { if (!mayRing()) allowRinging().catch(() => {}); }, { passive: true });
}
window.addEventListener("beforeunload", (event) => { if (panel.isTalking) event.preventDefault(); });
window.addEventListener("pagehide", () => telephone.stop());
window.addEventListener("pageshow", (event) => { if (event.persisted) line.begin(); });

const GOES_ON_TYPING = 2_000; // ms; letters meant for a form that has gone are no orders
const press = (id) => (event) => {
  if (!event.altKey && Date.now() - cutShort < GOES_ON_TYPING) return;
  if (!by(id).disabled) by(id).click();
};
const acts = { F2: () => panel.answer(), F4: () => panel.hold(), F8: () => panel.mute(), F9: () => panel.hangUp() };
const letters = { r: press("ready"), w: press("extend"), p: press("pause"), t: press("transfer"), k: press("keypad") };
for (const [key, act] of Object.entries(letters)) Object.assign(acts, { [key]: act, [`Alt+${key}`]: act });
shortcuts(acts);

keepSession(() => panel.isTalking || (now.seat.state === "on_a_call" && !now.gone), changed); // also on a desk phone
setInterval(show, 500);
setInterval(() => refresh(changed), LINE_CHANGES); // by the calendar, of which nobody tells
line.begin();
live(() => refresh(changed), touched);
changed();
