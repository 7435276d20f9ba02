// The part of the console that deals with the call: by this page's own telephone where it has the call, and by
// orders to the exchange where a desk phone has it.
import { openMicrophone } from "./devices.js";
import { mayBeAsked, troubleOf } from "./microphone.js";
import { fill, texts } from "../layout/page.js";
import { now } from "./seat_now.js";
import { order, say } from "./seat_orders.js";

const SETTLES = 1500; // ms until a call that neither began nor ended here must be that of a desk phone
const CONSULTING = "hotline-consulting";
const by = (id) => document.getElementById(id);

export class CallPanel {
  #telephone;
  #microphone;
  #onChange;
  #alone = { call: "", at: 0 };

  constructor(telephone, microphone, onChange) {
    this.#telephone = telephone;
    this.#microphone = microphone;
    this.#onChange = onChange;
    by("answer-call").addEventListener("click", () => this.answer());
    by("hang-up").addEventListener("click", () => this.hangUp());
    by("hold").addEventListener("click", () => this.hold());
    by("mute").addEventListener("click", () => this.mute());
    by("complete").addEventListener("click", () => this.#endConsulting("complete"));
    by("cancel").addEventListener("click", () => this.#endConsulting("cancel"));
    by("pause-recording").addEventListener("click", () => {
      if (now.seat.recordingPaused) order("resume_recording");
      else by("recording-reasons").showModal();
    });
    by("keypad").addEventListener("click", () => { by("pressed").textContent = ""; by("keys").showModal(); });
    by("keys").addEventListener("click", (event) => { if (event.target.dataset.key) this.#press(event.target.dataset.key); });
    by("keys").addEventListener("keydown", (event) => { if (/^[0-9*#]$/.test(event.key)) this.#press(event.key); });
  }

  /** What the seat is doing: this telephone knows its own call first. */
  get state() {
    const own = this.#telephone.call?.state;
    if (own === "ringing") return "ringing";
    return own ? "on_a_call" : now.seat.state;
  }

  get isTalking() {
    return this.#telephone.call?.state === "talking";
  }

  async answer() {
    if (this.#telephone.call?.state !== "ringing") return;
    say("");
    try {
      this.#telephone.answer(await openMicrophone());
    } catch (problem) {
      const trouble = mayBeAsked() ? troubleOf(problem) : "insecure";
      say(fill(texts.answer_failed, { why: texts.microphone[trouble] }));
      this.#microphone.failed(trouble);
    }
  }

  hangUp() {
    if (this.#telephone.call) this.#telephone.hangUp();
    else if (this.state === "on_a_call") order("hang_up");
  }

  hold() {
    if (this.state !== "on_a_call" || by("hold").disabled) return;
    if (this.isTalking) this.#telephone.hold(!this.#telephone.call.held);
    else order(now.seat.held ? "resume" : "hold");
  }

  mute() {
    if (this.isTalking) this.#telephone.mute(!this.#telephone.call.muted);
  }

  /** An attended transfer has begun; it is remembered so that a desk phone's survives a reload. */
  beginsConsulting(seat) {
    sessionStorage.setItem(CONSULTING, JSON.stringify({ seat, call: now.seat.callId }));
    this.#onChange();
  }

  #consulting() {
    const begun = JSON.parse(sessionStorage.getItem(CONSULTING) ?? "null");
    return begun && begun.call === now.seat.callId && this.state === "on_a_call" ? begun : null;
  }

  async #endConsulting(how) {
    if (await order(how) === undefined) return;
    sessionStorage.removeItem(CONSULTING);
    this.#onChange();
  }

  #press(key) {
    this.#telephone.press(key);
    by("pressed").textContent += key;
  }

  /** A call with which this page's telephone has nothing to do, and not only for the moment. */
  #isOnDeskPhone() {
    const busy = ["ringing", "on_a_call"].includes(now.seat.state) && !this.#telephone.call;
    const call = busy ? `${now.seat.state} ${now.seat.callId}` : "";
    if (call !== this.#alone.call) this.#alone = { call, at: Date.now() };
    return busy && (this.#telephone.state === "off" || Date.now() - this.#alone.at > SETTLES);
  }

  show() {
    const { state } = this;
    const own = this.#telephone.call;
    const busy = state === "on_a_call";
    const onDeskPhone = this.#isOnDeskPhone();
    const held = own ? own.held : now.seat.held;
    by("call").dataset.state = state;
    by("caller").textContent = ["ringing", "on_a_call", "wrap_up"].includes(state) && (state === "wrap_up" || now.seat.state !== "wrap_up") ? now.seat.caller : "";
    by("callback").hidden = !by("caller").textContent || !now.seat.isCallback;
    const joined = Boolean(now.supervising); // a colleague's call: nothing in it is this seat's to hold or hand on
    by("answer-call").disabled = own?.state !== "ringing";
    by("hang-up").disabled = !own && !busy;
    by("hold").disabled = joined || !busy || own?.state === "connecting" || this.#consulting() !== null;
    by("mute").disabled = !this.isTalking;
    by("keypad").disabled = joined || !this.isTalking;
    by("transfer").disabled = !busy || held || !now.seat.callId || this.#consulting() !== null;
    by("pause-recording").disabled = joined || now.seat.state !== "on_a_call";
    press(by("hold"), busy && held);
    press(by("mute"), Boolean(own?.muted));
    press(by("pause-recording"), Boolean(now.seat.recordingPaused));
    by("pause-recording").textContent = now.seat.recordingPaused ? texts.resume_recording : texts.pause_recording;
    this.#showNotes(state, own, held, onDeskPhone);
    this.#showConsulting();
    if (!this.isTalking && by("keys").open) by("keys").close();
  }

  #showNotes(state, own, held, onDeskPhone) {
    const notes = [];
    if (state === "ringing" && now.supervising) notes.push(fill(texts.joining[now.supervising.how], now.supervising));
    if (state === "ringing" && now.askedBy) notes.push(fill(texts.asked_by, { seat: now.askedBy }));
    if (state === "ringing" && now.seat.isCallback) notes.push(texts.callback_rings);
    if (state === "ringing" && onDeskPhone) notes.push(texts.pick_up);
    if (own?.state === "connecting") notes.push(texts.connecting);
    if (state === "on_a_call" && own?.state !== "connecting") {
      const paused = now.seat.recordingPaused;
      if (!now.supervising) notes.push(paused ? fill(texts.recording_paused, { reason: paused }) : texts.recording);
      if (now.askedBy && !this.#consulting()) notes.push(fill(texts.asked_by, { seat: now.askedBy }));
      if (now.seat.isCallback) notes.push(texts.callback_talks);
      if (onDeskPhone) notes.push(texts.on_the_desk_phone);
      if (held) notes.push(texts.on_hold);
      if (own?.muted) notes.push(texts.muted);
      if (own?.microphone) notes.push(texts[`microphone_${own.microphone}`]);
    }
    by("call-note").classList.toggle("not-recorded", Boolean(now.seat.recordingPaused || own?.microphone));
    by("call-note").classList.toggle("on-air", state === "on_a_call" && !now.seat.recordingPaused && !own?.microphone && !now.supervising);
    const words = notes.join("\n");
    if (by("call-note").textContent !== words) by("call-note").textContent = words;
  }

  #showConsulting() {
    const begun = this.#consulting();
    by("consulting").hidden = !begun;
    if (!begun) return;
    const other = now.others.find((each) => each.name === begun.seat);
    by("consulting-with").textContent = fill(other?.state === "on_a_call" ? texts.consulting_with : texts.being_rung, { seat: other?.title ?? begun.seat });
  }
}

function press(button, on) {
  button.setAttribute("aria-pressed", String(on));
}
