// Which window holds the seat's telephone, and how it is with the line to the exchange.
import { deskPhoneOnly, hindrance } from "./devices.js";
import { headers, inTime, texts } from "./page.js";
import { mayRing } from "./ring.js";

const LOCK = "hotline-telephone"; // two windows that register would throw each other out
const ADVISE_AFTER = 6_000;
const by = (id) => document.getElementById(id);
const certificatePage = JSON.parse(by("certificate-page").textContent);

export class Line {
  #telephone;
  #letGo = null;
  #wanted = 0;
  #elsewhere = false;
  #troubledSince = 0;

  constructor(telephone) {
    this.#telephone = telephone;
    setInterval(() => this.show(), 1000);
    telephone.addEventListener("change", () => { if (telephone.state === "refused") this.#askAgain(); });
  }

  /** Register, or be quiet, as the agent has chosen. `take`: also where another window has the telephone. */
  async begin(take = false) {
    const wanted = ++this.#wanted;
    this.#end();
    if (deskPhoneOnly() || hindrance()) return this.show();
    const options = take ? { steal: true } : { ifAvailable: true };
    navigator.locks.request(LOCK, options, async (lock) => {
      this.#elsewhere = !lock;
      this.show();
      if (!lock || wanted !== this.#wanted) return;
      const over = new Promise((resolve) => { this.#letGo = resolve; });
      await this.#register(wanted, take);
      await over;
    }).catch(() => this.#taken()); // stolen by another window
  }

  async #register(wanted, take) {
    while (wanted === this.#wanted) {
      const method = take ? "POST" : "GET"; // POST: from another computer, too
      const answer = await fetch(by("desk").dataset.telephone, { method, headers: headers(), signal: inTime() }).catch(() => null);
      if (wanted !== this.#wanted) return;
      if (answer?.ok) { this.#telephone.start(await answer.json()); return; }
      if (answer?.status === 409 && !this.#telephone.call) { this.#taken(); return; }
      await new Promise((resolve) => { setTimeout(resolve, 2000); });
    }
  }

  /** The secret is another by now: of this sitting, or of another computer. A talk is not cut off for it. */
  async #askAgain() {
    const wanted = this.#wanted;
    do await new Promise((resolve) => { setTimeout(resolve, 2000); });
    while (wanted === this.#wanted && this.#telephone.call);
    if (wanted === this.#wanted && this.#letGo) this.#register(wanted, false);
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
    const state = deskPhoneOnly() ? "off" : this.#elsewhere ? "elsewhere" : hindrance() ? "off" : this.#telephone.state;
    const troubled = ["connecting", "lost"].includes(state);
    this.#troubledSince = troubled ? this.#troubledSince || Date.now() : 0;
    const line = by("telephone-state");
    line.dataset.state = state;
    if (line.textContent !== texts[`telephone_${state}`]) line.textContent = texts[`telephone_${state}`];
    const long = troubled && Date.now() - this.#troubledSince > ADVISE_AFTER;
    this.#advise(this.#needed(state, long));
  }

  /** Which advice the agent needs now; "" for none. */
  #needed(state, long) {
    if (state === "elsewhere") return "elsewhere";
    if (long) return by("desk").dataset.lost ? "" : "certificate"; // where nothing answers, the banner says so
    if (hindrance() && !deskPhoneOnly()) return "hindrance";
    return state === "ready" && !mayRing() ? "silent" : "";
  }

  #advise(kind) {
    const advice = by("telephone-advice");
    if (advice.dataset.kind === kind) return;
    advice.dataset.kind = kind;
    advice.hidden = !kind;
    advice.replaceChildren(...this.#advice(kind));
  }

  #advice(kind) {
    if (kind === "hindrance") return [hindrance()];
    if (kind === "silent") return [texts.click_to_hear];
    if (kind === "elsewhere") {
      const take = Object.assign(document.createElement("button"), { type: "button", textContent: texts.take_here });
      take.addEventListener("click", () => this.begin(true));
      return [take];
    }
    if (kind !== "certificate") return [];
    const link = Object.assign(document.createElement("a"), { href: certificatePage, target: "_blank", rel: "noopener", textContent: texts.certificate_link });
    return [`${texts.certificate} `, link];
  }
}
