// What is known of each form that is kept as a draft, and the line in which it says so.
import { contents, same } from "./draft_fields.js";

/**
 * `first`, `kept`: as the form was shown, and as the server has it. `version`: of what the server has. `tried`: on its
 * way. `trouble`: why it is not saved. `over`: it is no draft any more. `line`: where it is said.
 */
export const states = new WeakMap();
export const unsaved = new Set(); // also forms that have left the page: they go on being saved

export const isUnsaved = (form) => !same(contents(form), states.get(form).kept);

export function tell(form, sentence, bad = false) {
  const state = states.get(form);
  state.trouble = bad ? sentence : "";
  state.line.classList.toggle("bad", bad);
  if (state.line.textContent !== sentence) state.line.textContent = sentence;
}
