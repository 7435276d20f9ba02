// Two pages typed in one form: what the other page has is shown beside what was typed here.
import { texts } from "../layout/page.js";
import { tell } from "./call_form_said.js";
import { contents } from "./call_form_state.js";

/** Two pages typed in one form: both texts are shown, and the agent says which one holds. */
export function collide(form, state, other) {
  state.conflict = other;
  const theirs = { kind: other.kind, ...other.fields };
  const mine = contents(form);
  const box = form.querySelector(".conflict");
  const different = Object.keys(mine).filter((name) => mine[name] !== (theirs[name] ?? ""));
  box.querySelector("dl").replaceChildren(...different.flatMap((name) => [line("dt", labelOf(form, name)), line("dd", wordsFor(form, name, other))]));
  box.hidden = false;
  tell(form, texts.collided, true);
  box.scrollIntoView({ block: "nearest" });
  box.querySelector(".keep-mine").focus();
}

function line(kind, words) {
  const made = document.createElement(kind);
  made.textContent = words;
  return made;
}

function labelOf(form, name) {
  if (name === "kind") return form.querySelector(".kinds legend").textContent;
  return form.querySelector(`label[for="${name === "unit_code" ? "unit" : name}"]`).textContent;
}

function wordsFor(form, name, other) {
  const value = name === "kind" ? other.kind : other.fields[name];
  if (name === "unit_code") return other.unit || "—";
  if (name === "kind") return form.querySelector(`input[value="${CSS.escape(value)}"] + span`).firstChild.textContent;
  if (name === "category") return form.querySelector(`#category option[value="${CSS.escape(value)}"]`)?.textContent ?? value;
  return value || "—";
}
