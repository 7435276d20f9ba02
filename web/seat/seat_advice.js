// How it is with the line, and what the agent can do so that the seat is rung: a sentence, its button or link.
import { texts } from "../layout/page.js";

const MENDED_BY_HAND = ["denied", "missing", "busy"];
const by = (id) => document.getElementById(id);
const certificatePage = JSON.parse(by("certificate-page").textContent);

function button(words, act) {
  const made = Object.assign(document.createElement("button"), { type: "button", textContent: words });
  made.addEventListener("click", act);
  return made;
}

export class Advice {
  #tryMicrophone;
  #takeHere;

  constructor(tryMicrophone, takeHere) {
    this.#tryMicrophone = tryMicrophone;
    this.#takeHere = takeHere;
  }

  /** How it is. */
  says(state) {
    const line = by("telephone-state");
    line.dataset.state = state;
    if (line.textContent !== texts[`telephone_${state}`]) line.textContent = texts[`telephone_${state}`];
  }

  /**
   * `kind`: "" for none, certificate, elsewhere, silent (the browser lets it ring only after a click), or a trouble of
   * the microphone; with "said" behind it where the sentence stands elsewhere in the page.
   */
  show(kind) {
    const advice = by("telephone-advice");
    if (advice.dataset.kind === kind) return;
    advice.dataset.kind = kind;
    advice.hidden = !kind;
    advice.replaceChildren(...this.#parts(kind));
  }

  #parts(kind) {
    const [trouble, said] = kind.split(" ");
    if (trouble in texts.microphone) {
      const again = MENDED_BY_HAND.includes(trouble) ? [button(texts.try_microphone, this.#tryMicrophone)] : [];
      return [said ? "" : texts.microphone[trouble], ...again];
    }
    if (kind === "silent") return [texts.click_to_hear];
    if (kind === "elsewhere") return [button(texts.take_here, this.#takeHere)];
    if (kind !== "certificate") return [];
    const link = { href: certificatePage, target: "_blank", rel: "noopener", textContent: texts.certificate_link };
    return [`${texts.certificate} `, Object.assign(document.createElement("a"), link)];
  }
}
