// A letter, a visit or an appointment: the unit is looked for by name or initials, Alt Enter registers.
import { unitChoice } from "../units/units.js";

unitChoice();
const register = document.querySelector("button[value=register]");
document.addEventListener("keydown", (event) => {
  if (!register || !event.altKey || event.key !== "Enter") return;
  event.preventDefault();
  register.click();
});
