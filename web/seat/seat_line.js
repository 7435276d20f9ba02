// Which window holds the seat's telephone, and how it is with the line to the exchange.
import { deskPhoneOnly, openMicrophone } from "./devices.js";
import { mayBeAsked, troubleOf } from "./microphone.js";
import { mayRing } from "./ring.js";
import { Advice } from "./seat_advice.js";
import { now } from "./seat_now.js";
import { Report } from "./seat_report.js";
import { ask } from "../layout/server.js";

const LOCK = "hotline-telephone"; // two windows that register would throw each other out
const ADVISE_AFTER = 6_000;
const by = (id) => document.getElementById(id);
const aWhile = () => new Promise((resolve) => { setTimeout(resolve, 2_000); });

export class Line {
  #telephone;
  #microphone;
  #advice;
  #report = new Report();
  #isLost = false;
  #letGo = null;
  #wanted = 0;
  #elsewhere = false;
  #troubledSince = 0;

  constructor(telephone, microphone) {
    this.#telephone = telephone;
    this.#microphone = microphone;
    this.#advice = new Advice(() => microphone.look(), () => this.begin(true));
    setInterval(() => this.show(), 1000);
    telephone.addEventListener("change", () => {
      if (telephone.state === "refused") this.#askAgain();
      this.#speaks();
    });
    microphone.addEventListener("change", () => { this.#speaks(); this.#goOn(); this.show(); });
  }

  get isElsewhere() {
    return this.#elsewhere;
  }

  /** Register, or be quiet, as the agent has chosen. `take`: also where another window has the telephone. */
  async begin(take = false) {
    const wanted = ++this.#wanted;
    this.#end();
    this.#report.forget();
    if (deskPhoneOnly() || !mayBeAsked()) {
      this.#microphone.look();
      return this.show();
    }
    const options = take ? { steal: true } : { ifAvailable: true };
    navigator.locks.request(LOCK, options, async (lock) => {
      this.#elsewhere = !lock;
      this.show();
      if (!lock || wanted !== this.#wanted) return;
      this.#microphone.look();
      const over = new Promise((resolve) => { this.#letGo = resolve; });
      await this.#register(wanted, take);
      await over;
    }).catch(() => this.#taken()); // stolen by another window
  }

  async #register(wanted, take) {
    while (wanted === this.#wanted) {
      const method = take ? "POST" : "GET"; // POST: from another computer, too
      const answer = await ask(by("desk").dataset.telephone, { method });
      if (wanted !== this.#wanted) return;
      if (answer.ok) {
        this.#report.forget(); // from now on it is this browser's word that counts
        this.#telephone.start(answer.data);
        return;
      }
      if (answer.status === 409 && !this.#telephone.call) { this.#taken(); return; }
      await aWhile();
    }
  }

  /** The secret is another by now: of this sitting, or of another computer. A talk is not cut off for it. */
  async #askAgain() {
    const wanted = this.#wanted;
    do await aWhile();
    while (wanted === this.#wanted && this.#telephone.call);
    if (wanted === this.#wanted && this.#letGo) this.#register(wanted, false);
  }

  /** Only a seat that can be heard is rung. A talk goes on, and the next seat gets what rings here. */
  #speaks() {
    const { call } = this.#telephone;
    const { trouble } = this.#microphone;
    if (trouble && call?.state === "ringing") this.#telephone.hangUp();
    this.#telephone.mayRing(trouble === "" || Boolean(call && call.state !== "ringing"));
    const isLost = call?.microphone === "lost";
    if (isLost && !this.#isLost) this.#microphone.look().then(() => this.#goOn());
    this.#isLost = isLost;
  }

  /** Where the microphone was lost in a talk: with the same when it is plugged in again, or with another. */
  async #goOn() {
    if (this.#microphone.trouble !== "" || this.#telephone.call?.microphone !== "lost") return;
    try {
      await this.#telephone.goOnWith(await openMicrophone());
    } catch (problem) {
      this.#microphone.failed(troubleOf(problem));
    }
  }

  /** Only the window that is the telephone knows it. */
  #tell() {
    const trouble = deskPhoneOnly() ? "" : this.#microphone.trouble;
    if (trouble !== null && !this.#elsewhere) this.#report.tell(trouble);
  }

  #taken() {
    this.#wanted += 1;
    this.#elsewhere = true;
    this.#end();
    this.show();
  }

  #end() {
    this.#telephone.stop();
    this.#letGo?.();
    this.#letGo = null;
  }

  show() {
    const state = this.#state();
    this.#tell();
    const troubled = ["connecting", "lost"].includes(state);
    this.#troubledSince = troubled ? this.#troubledSince || Date.now() : 0;
    this.#advice.says(state);
    const long = troubled && Date.now() - this.#troubledSince > ADVISE_AFTER;
    this.#advice.show(this.#needed(state, long));
  }

  #state() {
    if (deskPhoneOnly()) return "off";
    if (this.#elsewhere) return "elsewhere";
    if (this.#microphone.trouble === null) return "connecting";
    return this.#microphone.trouble ? "silent" : this.#telephone.state;
  }

  /** Which advice the agent needs now; "" for none. */
  #needed(state, long) {
    if (state === "elsewhere") return "elsewhere";
    if (long) return by("desk").dataset.lost ? "" : "certificate"; // where nothing answers, the banner says so
    if (state === "silent") return `${this.#microphone.trouble}${now.seat.state === "no_mic" ? " said" : ""}`;
    return state === "ready" && !mayRing() ? "silent" : "";
  }
}
