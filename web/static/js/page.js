// What every page of the desk shares: texts, sending, shortcuts, the list of shortcuts.

export const texts = JSON.parse(document.getElementById("texts")?.textContent ?? "{}");

export function fill(text, values) {
  return text.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
}

const token = document.querySelector("meta[name=csrf-token]");

export const formToken = () => token.content;

/** POST fields; a form token that has become too old is fetched anew once. */
export async function post(address, fields) {
  const answer = await send(address, fields);
  if (answer.status !== 400) return answer;
  return (await renewToken()) ? send(address, fields) : new Response(null, { status: 401 });
}

/** Fetch a fresh form token for this page; false when its user is signed out. */
export async function renewToken() {
  const fresh = await fetch(document.getElementById("desk").dataset.token, { headers: { "X-Requested-With": "fetch" } });
  if (!fresh.ok) return false;
  token.content = (await fresh.json()).token;
  document.querySelectorAll("input[name=csrf_token]").forEach((input) => { input.value = token.content; });
  document.body.setAttribute("hx-headers", JSON.stringify({ "X-CSRFToken": token.content }));
  return true;
}

function send(address, fields) {
  const headers = { "X-CSRFToken": token.content, "X-Requested-With": "fetch" };
  return fetch(address, { method: "POST", headers, body: new URLSearchParams(fields) });
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

/** Listen to shortcuts: in fields only those with Alt, while composing none, in a dialogue none. */
export function shortcuts(acts) {
  document.addEventListener("keydown", (event) => {
    if (composing(event) || event.ctrlKey || event.metaKey || event.defaultPrevented) return;
    if (document.querySelector("dialog[open]")) return;
    const typing = typesText(event.target);
    if (typing && event.key === "Escape") event.target.blur();
    if (typing && !event.altKey) return;
    const name = nameOf(event);
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
