// Deciding: what was typed in the draft is saved first; the choice of units comes back with every new panel.
import { renewToken, texts } from "./page.js";
import { anyUnsaved, saveAll } from "./saving.js";
import { unitChoice } from "./units.js";

export function registering() {
  document.addEventListener("htmx:confirm", (event) => {
    if (!event.target.closest("#decision form") || !anyUnsaved()) return;
    event.preventDefault();
    saveAll().then(() => event.detail.issueRequest(true));
  });
  document.addEventListener("htmx:afterSettle", (event) => {
    if (event.target.id === "number-found") { event.target.scrollIntoView({ block: "nearest" }); return; }
    unitChoice();
    document.querySelector("#decision [aria-invalid=true]")?.focus();
  });
  document.addEventListener("htmx:responseError", (event) => refused(event));
  document.addEventListener("htmx:sendError", (event) => { if (deciding(event)) say(texts.failed_once); });
  unitChoice();
}

const deciding = (event) => event.target.closest("#decision");

/** Not done, and why; a form token that has become too old is fetched anew, so that a second try works. */
async function refused(event) {
  if (!deciding(event)) return;
  const { status } = event.detail.xhr;
  if (status === 400 && await renewToken()) say(texts.once_more);
  else if (status === 400 || status === 401) say(texts.signed_out);
  else say(texts.broken);
}

function say(sentence) {
  const line = document.createElement("p");
  line.className = "mistake";
  line.role = "alert";
  line.textContent = sentence;
  document.querySelectorAll("#decision > .mistake").forEach((each) => each.remove());
  document.getElementById("decision-title").after(line);
}
