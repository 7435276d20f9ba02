// Two windows of one user have other words in the same form: both are there, until the user says which hold.
import { differences } from "./draft_fields.js";
import { texts } from "../layout/page.js";

/** `onChoice` hears whether the other window's words are taken. */
export function collide(form, other, onChoice) {
  form.querySelector(".draft-conflict")?.remove();
  const box = made("div", "", "draft-conflict");
  box.role = "alert";
  const list = made("dl", "", "facts");
  list.append(...differences(form, other).flatMap(([label, words]) => [made("dt", label), made("dd", words, "long")]));
  const buttons = made("p", "", "side-by-side");
  for (const [words, takesTheirs] of [[texts.keep_mine, false], [texts.take_theirs, true]]) {
    const button = Object.assign(made("button", words), { type: "button" });
    button.addEventListener("click", () => { box.remove(); onChoice(takesTheirs); });
    buttons.append(button);
  }
  box.append(made("p", texts.draft_elsewhere), list, buttons);
  form.append(box);
  box.scrollIntoView({ block: "nearest" });
}

function made(kind, words, className = "") {
  return Object.assign(document.createElement(kind), { className, textContent: words });
}
