// Asking the exchange for something at this seat, and saying why where it was not done.
import { texts } from "../layout/page.js";
import { now } from "./seat_now.js";
import { notDone, post } from "../layout/server.js";

const desk = document.getElementById("desk");
const refused = document.getElementById("refused");

export function say(sentence) {
  refused.textContent = sentence;
  refused.hidden = !sentence;
}

/** Give an order; whether it was obeyed, or undefined when the server could not be asked. */
export async function order(name, argument = "") {
  say("");
  const answer = await post(desk.dataset.orders + name, { argument, call: now.seat.callId });
  if (answer.ok) return true;
  if (answer.status === 409) say(answer.said);
  else say(answer.status === 401 ? texts.signed_out : notDone(answer));
  return answer.status === 409 ? false : undefined;
}
