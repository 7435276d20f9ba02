// Copying by selection: words selected in the draft go into a field of the registration.
import { fill, texts } from "../layout/page.js";

let selected = "";
let lastField = "summary";

function note() {
  const area = document.activeElement?.matches(".segment textarea") ? document.activeElement : null;
  const text = area ? area.value.slice(area.selectionStart, area.selectionEnd) : heardSelection();
  if (text.trim()) selected = text.trim();
}

document.addEventListener("selectionchange", note);
document.addEventListener("focusin", (event) => {
  if (event.target.matches("#register input:not([type=hidden], [role=combobox]), #register textarea")) lastField = event.target.id;
});
document.addEventListener("mousedown", (event) => {
  if (event.target.closest(".copy")) event.preventDefault(); // the selection stays
});
document.addEventListener("click", (event) => {
  const button = event.target.closest(".copy");
  if (button) intoField(button.dataset.into);
});

// Who drags over the draft takes its words, and not the times, labels and fields between them.
for (const [kind, carries] of [["copy", "clipboardData"], ["dragstart", "dataTransfer"]]) {
  document.addEventListener(kind, (event) => {
    const words = withinTheDraft() ? heardSelection("\n") : "";
    if (!words) return;
    event[carries].setData("text/plain", words);
    if (kind === "copy") event.preventDefault();
  });
}

function withinTheDraft() {
  const selection = getSelection();
  if (!selection || selection.isCollapsed) return false;
  const around = selection.getRangeAt(0).commonAncestorContainer;
  return Boolean((around.nodeType === Node.ELEMENT_NODE ? around : around.parentElement).closest(".segments"));
}

function heardSelection(between = "") {
  const selection = getSelection();
  if (!selection || selection.isCollapsed) return "";
  const chosen = selection.getRangeAt(0);
  const lines = [...document.querySelectorAll(".heard")].filter((line) => chosen.intersectsNode(line));
  return lines.map((line) => common(line, chosen).toString()).filter(Boolean).join(between);
}

/** What of a line is selected; labels and buttons between two lines are none of it. */
function common(line, chosen) {
  const part = document.createRange();
  part.selectNodeContents(line);
  if (part.compareBoundaryPoints(Range.START_TO_START, chosen) < 0) part.setStart(chosen.startContainer, chosen.startOffset);
  if (part.compareBoundaryPoints(Range.END_TO_END, chosen) > 0) part.setEnd(chosen.endContainer, chosen.endOffset);
  return part;
}

/** Put the selected words into a field, after what stands there. */
export function intoField(name = lastField) {
  note(); // the event of a selection made just now may still be on its way
  const field = document.getElementById(name);
  const said = document.getElementById("saved");
  if (!field || field.matches(":disabled")) return;
  if (!selected) { said.textContent = texts.nothing_selected; return; }
  const before = field.value && name === "summary" ? `${field.value.trimEnd()}\n` : "";
  const limit = field.maxLength > 0 ? field.maxLength : Infinity;
  field.value = (before + (name === "telephone" ? selected.replace(/[^0-9+]/g, "") || selected : selected)).slice(0, limit);
  field.dispatchEvent(new Event("input", { bubbles: true }));
  lastField = name;
  const label = document.querySelector(`label[for="${name}"]`).textContent;
  said.textContent = fill(texts.put, { field: label });
}
