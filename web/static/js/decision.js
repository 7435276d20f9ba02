// Deciding: what was typed in the draft is saved first; the choice of units comes back with every new panel.
import { anyUnsaved, saveAll } from "./saving.js";
import { unitChoice } from "./units.js";

export function registering() {
  document.addEventListener("htmx:confirm", (event) => {
    if (!event.target.closest("#decision form") || !anyUnsaved()) return;
    event.preventDefault();
    saveAll().then(() => event.detail.issueRequest(true));
  });
  document.addEventListener("htmx:afterSettle", () => {
    unitChoice();
    document.querySelector("#decision [aria-invalid=true]")?.focus();
  });
  unitChoice();
}
