// What is typed in a form, field by field, as its draft has it (data-names).
import { valueAsSent } from "../layout/page.js";

const fieldsOf = (form) => form.dataset.names.split(" ").map((name) => [name, form.elements[name]]).filter(([, field]) => field);

/** {name: text}; a box that is ticked is its value. */
export const contents = (form) => Object.fromEntries(fieldsOf(form).map(([name, field]) => [name, valueIn(field)]));

const valueIn = (field) => (field.type === "checkbox" && !field.checked ? "" : field.value);

/** As the server sent it: somebody may have typed before the scripts were here. */
export const contentsAsSent = (form) => Object.fromEntries(fieldsOf(form).map(([name, field]) => [name, valueAsSent(field)]));

export const same = (one, other) => Object.keys(one).every((name) => one[name] === other[name]);

export function put(form, fields) {
  for (const [name, field] of fieldsOf(form)) {
    if (!(name in fields) || isOver(field, fields[name])) continue;
    if (field.type === "checkbox") field.checked = Boolean(fields[name]);
    else field.value = fields[name];
  }
}

/** A date and time that lies before the first one that can be chosen. */
const isOver = (field, value) => Boolean(field.min && value) && value < field.min;

/** What a person reads of two texts that differ: [label, words] of the other one. */
export function differences(form, other) {
  const mine = contents(form);
  const shown = fieldsOf(form).filter(([name, field]) => field.type !== "hidden" && mine[name] !== other[name]);
  return shown.map(([name, field]) => [labelOf(form, field), wordsFor(field, other[name])]);
}

const labelOf = (form, field) => field.labels?.[0]?.textContent.trim() || form.querySelector("label")?.textContent.trim() || "";

function wordsFor(field, value) {
  const option = field.matches("select") && [...field.options].find((each) => each.value === value);
  return (option ? option.textContent : value) || "—";
}
