// Deciding: what was typed in the draft is saved first; the choice of units comes back with every new panel.
import { fill, renewToken, texts } from "./page.js";
import { anyUnsaved, saveAll, whyUnsaved } from "./saving.js";
import { unitChoice } from "./units.js";

export function registering() {
  document.addEventListener("htmx:confirm", (event) => {
    if (!event.target.matches("#decision form") || !anyUnsaved()) return;
    event.preventDefault();
    saveAll().then(() => {
      if (anyUnsaved()) say(fill(texts.not_decided, { why: whyUnsaved() }));
      else event.detail.issueRequest(true);
    });
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
  let { status } = event.detail.xhr;
  let answer = event.detail.xhr.responseText;
  if (status === 400) {
    const fresh = await renewToken();
    if (fresh.ok) { say(texts.once_more); return; }
    status = fresh.status;
    answer = await fresh.text();
  }
  if (status === 401) say(texts.signed_out);
  else say(status === 409 ? JSON.parse(answer).message : texts.broken);
}

function say(sentence) {
  const line = document.createElement("p");
  line.className = "mistake";
  line.role = "alert";
  line.textContent = sentence;
  document.querySelectorAll("#decision > .mistake").forEach((each) => each.remove());
  document.getElementById("decision-title").after(line);
}
