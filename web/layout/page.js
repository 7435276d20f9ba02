// What every page of the desk shares: texts, shortcuts, the list of shortcuts.

const textsIn = (id) => JSON.parse(document.getElementById(id)?.textContent ?? "{}");
export const texts = { ...textsIn("answers"), ...textsIn("texts") };

export function fill(text, values) {
  return text.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
}

/** Whole seconds as 1:02:03 or 2:03. */
export function length(whole) {
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
  const two = (number) => String(number).padStart(2, "0");
  return hours ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`;
}

/** A moment as the clock of the office shows it; `more` as for Date.toLocaleTimeString. */
export function clockTime(at, more = {}) {
  const { lang, dataset } = document.documentElement;
  return at.toLocaleTimeString(lang, { hour12: false, timeZone: dataset.timeZone, ...more });
}

/** What a field held when the server sent it, whatever was typed since. */
export function valueAsSent(field) {
  if (field instanceof RadioNodeList) return [...field].find((each) => each.defaultChecked)?.value ?? "";
  if (field.matches("select")) return ([...field.options].find((each) => each.defaultSelected) ?? field.options[0])?.value ?? "";
  if (field.type === "checkbox") return field.defaultChecked ? field.value : "";
  return field.defaultValue;
}

/** Whether an input method is composing: its keys are not for us. */
export const composing = (event) => event.isComposing || event.keyCode === 229;

const typesText = (element) =>
  element.closest?.("textarea, select, [contenteditable], input:not([type=radio], [type=checkbox])");

function nameOf(event) {
  const plain = { BracketLeft: "[", BracketRight: "]" }[event.code]
    ?? (/^(Key|Digit)./.test(event.code) ? event.code.replace(/^(Key|Digit)/, "").toLowerCase() : event.key);
  if (event.altKey) return `Alt+${plain}`;
  return { "？": "?" }[event.key] ?? (event.key.length === 1 ? event.key.toLowerCase() : event.key);
}

const isFunctionKey = (name) => /^F\d+$/.test(name);

/** Listen to shortcuts: in fields only those with Alt and F2, F4 …; while composing none, in a dialogue none. */
export function shortcuts(acts) {
  document.addEventListener("keydown", (event) => {
    if (composing(event) || event.ctrlKey || event.metaKey || event.defaultPrevented) return;
    if (document.querySelector("dialog[open]")) return;
    const typing = typesText(event.target);
    if (typing && event.key === "Escape") event.target.blur();
    const name = nameOf(event);
    if (typing && !event.altKey && !isFunctionKey(name)) return;
    const pressed = event.target.closest("button, a, summary, input");
    if (pressed && (name === "Enter" || name === " ") && !(name === " " && pressed.matches(".word"))) return;
    const act = acts[name];
    if (!act) return;
    event.preventDefault();
    act(event);
  });
  const help = document.getElementById("help");
  document.getElementById("show-help")?.addEventListener("click", () => help.showModal());
  acts["?"] = () => help.showModal();
}
