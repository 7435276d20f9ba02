// Tells the server how it is with this browser's microphone; it is shown wherever the seat is shown.
import { now } from "./seat_now.js";
import { post } from "../layout/server.js";

const FAILED = 2_000; // ms until it is told again
const NOT_TAKEN = 30_000; // ms; another browser is the seat's telephone, and may not be for ever

export class Report {
  #told = null;
  #telling = false;

  /** Say it, unless that is known or was just said. */
  async tell(trouble) {
    if (trouble === now.seat.microphone) this.#told = null;
    if ([this.#told, now.seat.microphone].includes(trouble) || this.#telling || now.gone) return;
    this.#telling = true;
    this.#told = trouble;
    const answer = await post(document.getElementById("desk").dataset.microphone, { trouble });
    this.#telling = false;
    setTimeout(() => this.forget(), answer.ok ? NOT_TAKEN : FAILED);
  }

  /** What was told before was perhaps not for this browser to tell. */
  forget() {
    this.#told = null;
  }
}
