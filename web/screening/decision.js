// Deciding: what was typed in the draft is saved first; the choice of units comes back with every new panel.
import { settled } from "../drafts/drafts.js";
import { fill, texts } from "../layout/page.js";
import { anyUnsaved, saveAll, whyUnsaved } from "../recording/saving.js";
import { notDone, renewToken, said } from "../layout/server.js";
import { unitChoice } from "../units/units.js";

export function registering() {
  document.addEventListener("htmx:confirm", (event) => {
    if (!event.target.matches("#decision form")) return;
    event.preventDefault();
    Promise.all([saveAll(), settled()]).then(() => { // no draft comes after the decision
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
  for (const kind of ["htmx:sendError", "htmx:timeout"]) document.addEventListener(kind, (event) => refused(event));
  document.addEventListener("htmx:afterOnLoad", (event) => { if (deciding(event) && event.detail.successful) document.querySelector(".said-here")?.remove(); });
  unitChoice();
}

const deciding = (event) => event.target.closest("#decision");

/** Not done, and why; a form token that has become too old is fetched anew, so that a second try works. */
async function refused(event) {
  if (!deciding(event)) return;
  const { status, responseText } = event.detail.xhr;
  const fresh = status === 400 ? await renewToken() : null;
  if (fresh?.ok) say(texts.once_more);
  else say(notDone(fresh ?? { said: said(status, responseText) }));
}

function say(sentence) {
  document.querySelectorAll("#decision > .mistake").forEach((each) => each.remove());
  const line = document.createElement("p");
  line.className = "mistake said-here";
  line.role = "alert";
  line.textContent = sentence;
  document.getElementById("decision-title").after(line);
}
