// The dialogues in which an agent chooses: the reason of a pause, and the seat a call is handed to.
import { composing } from "../layout/page.js";
import { now } from "./seat_now.js";
import { order } from "./seat_orders.js";

const by = (id) => document.getElementById(id);

/** `onConsult` hears the name of the seat once an attended transfer has begun. */
export function choices(onConsult) {
  for (const id of ["pause-reasons", "recording-reasons"]) {
    const dialogue = by(id);
    dialogue.addEventListener("click", (event) => {
      const chosen = event.target.closest("[data-order]");
      if (!chosen) return;
      dialogue.close();
      order(chosen.dataset.order, chosen.dataset.argument);
    });
    dialogue.addEventListener("keydown", (event) => {
      if (!composing(event) && /^[1-9]$/.test(event.key)) dialogue.querySelectorAll("[data-order]")[event.key - 1]?.click();
    });
  }
  by("transfer-to").addEventListener("click", async (event) => {
    const chosen = event.target.closest("[data-order]");
    if (!chosen) return;
    const { seat } = chosen.closest("li").dataset;
    by("transfer-to").close();
    if (await order(chosen.dataset.order, seat) && chosen.dataset.order === "consult") onConsult(seat);
  });
}

/** Open the list of seats. */
export function chooseSeat() {
  by("seats").replaceChildren();
  showSeats();
  by("transfer-to").showModal();
}

/** Bring the list up to date without moving what somebody is about to press. */
export function showSeats() {
  const signedIn = now.others.filter((each) => each.state !== "signed_out");
  by("no-seats").hidden = signedIn.length > 0;
  const rows = new Map([...by("seats").children].map((row) => [row.dataset.seat, row]));
  for (const each of signedIn) {
    const row = rows.get(each.name) ?? by("seats").appendChild(rowFor(each));
    rows.delete(each.name);
    const state = row.querySelector(".seat-state");
    state.className = `seat-state seat-state-${each.state}`;
    state.textContent = each.stateName;
    row.querySelector(".aside").textContent = each.who;
    row.querySelectorAll("button").forEach((button) => { button.disabled = each.state !== "ready"; });
  }
  rows.forEach((row) => row.remove());
}

function rowFor(seat) {
  const row = by("seat-row").content.firstElementChild.cloneNode(true);
  row.dataset.seat = seat.name;
  row.querySelector("strong").textContent = seat.title;
  row.querySelectorAll("button").forEach((button) => button.setAttribute("aria-label", `${button.textContent} ${seat.title}`));
  return row;
}
