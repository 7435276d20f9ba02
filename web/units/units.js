// Choosing the responsible unit: the whole tree while nothing is typed, then what matches, best first.
import { composing, fill, texts } from "../layout/page.js";
import { ask } from "../layout/server.js";

const MOST = 80;
const ASK_AGAIN = 3_000; // ms, while the field is still waited in
let loading = null;

/** The tree, fetched once: {units}; {said: why}, and next time once more, where the server does not give it. */
async function load(address) {
  loading ??= ask(address).then(({ ok, data, said }) => (ok ? { units: withPaths(data) } : { said }));
  const tree = await loading;
  if (!tree.units) loading = null;
  return tree;
}

function withPaths(units) {
  const byCode = new Map(units.map((unit) => [unit.code, unit]));
  for (const unit of units) {
    const parent = byCode.get(unit.parent);
    unit.path = parent ? [...parent.path, parent.name] : [];
    unit.above = parent ? `${parent.above} ${parent.names.join(" ")}` : "";
  }
  return units;
}

/** How well a unit matches a word, 0 best; null for not at all. */
function rank(unit, word) {
  const tests = [
    () => unit.names.some((name) => name.toLowerCase() === word),
    () => unit.names.some((name) => name.toLowerCase().startsWith(word)),
    () => unit.names.some((name) => name.toLowerCase().includes(word)),
    () => unit.initials.some((letters) => letters.startsWith(word)),
    () => unit.initials.some((letters) => letters.includes(word)),
    () => unit.pinyin.includes(word),
    () => unit.above.toLowerCase().includes(word),
  ];
  const found = tests.findIndex((test) => test());
  return found < 0 ? null : found;
}

function matching(units, text) {
  const words = text.trim().toLowerCase().split(/\s+/).filter(Boolean);
  if (!words.length) return units;
  const ranked = units.map((unit) => ({ unit, ranks: words.map((word) => rank(unit, word)) }));
  return ranked
    .filter(({ ranks }) => !ranks.includes(null) && Math.min(...ranks) < 6)
    .sort((a, b) => sum(a.ranks) - sum(b.ranks) || a.unit.depth - b.unit.depth)
    .slice(0, MOST)
    .map(({ unit }) => unit);
}

const sum = (numbers) => numbers.reduce((total, each) => total + each, 0);

export function unitChoice() {
  for (const box of document.querySelectorAll(".units:not([data-ready])")) choice(box);
}

function choice(box) {
  box.dataset.ready = "1";
  const [input, code] = box.querySelectorAll("input");
  const list = box.querySelector("ul");
  const status = box.querySelector("[role=status]");
  let at = -1;
  let again = null;
  if (input.value !== input.defaultValue) { // typed before the scripts were here: another unit's
    code.value = "";
    if (document.activeElement === input) open(input.value);
  }

  async function open(text) {
    clearTimeout(again);
    const all = await load(box.dataset.units);
    if (!all.units) {
      close();
      tell(fill(texts.units_missing, { why: all.said }), true);
      if (document.activeElement === input) again = setTimeout(open, ASK_AGAIN, text);
      return;
    }
    if (document.activeElement !== input) return; // it was left while the list was on its way
    const units = matching(all.units, text);
    list.replaceChildren(...units.map((unit) => option(unit, input.id, !text.trim())));
    list.hidden = !units.length;
    input.ariaExpanded = String(!list.hidden);
    tell(units.length ? fill(texts.units_found, { count: units.length }) : texts.no_unit, !units.length);
    mark(text.trim() && units.length ? 0 : [...list.children].findIndex((each) => each.dataset.code === code.value));
  }
  function tell(words, toAll) {
    status.textContent = words;
    status.classList.toggle("hidden", !toAll); // else for screen readers alone
  }
  function close() {
    clearTimeout(again);
    list.hidden = true;
    input.ariaExpanded = "false";
    input.removeAttribute("aria-activedescendant");
  }
  function mark(next) {
    list.children[at]?.setAttribute("aria-selected", "false");
    at = next;
    const chosen = list.children[at];
    if (!chosen) { input.removeAttribute("aria-activedescendant"); return; }
    chosen.setAttribute("aria-selected", "true");
    chosen.scrollIntoView({ block: "nearest" });
    input.setAttribute("aria-activedescendant", chosen.id);
  }
  function choose(chosen) {
    if (!chosen) return;
    code.value = chosen.dataset.code;
    input.value = chosen.dataset.name;
    input.removeAttribute("aria-invalid");
    code.dispatchEvent(new Event("input", { bubbles: true }));
    close();
  }

  input.addEventListener("input", () => { code.value = ""; open(input.value); });
  input.addEventListener("click", () => { if (list.hidden) open(code.value ? "" : input.value); });
  input.addEventListener("blur", close);
  list.addEventListener("mousedown", (event) => { event.preventDefault(); choose(event.target.closest("li")); });
  input.addEventListener("keydown", (event) => {
    if (composing(event) || event.altKey) return;
    const last = list.children.length - 1;
    const moves = { ArrowDown: Math.min(last, at + 1), ArrowUp: Math.max(0, at - 1), PageDown: Math.min(last, at + 8), PageUp: Math.max(0, at - 8) };
    if (event.key in moves) {
      event.preventDefault();
      if (list.hidden) open(code.value ? "" : input.value); else mark(moves[event.key]);
    } else if (event.key === "Enter" && !list.hidden) {
      event.preventDefault();
      choose(list.children[at]);
    } else if (event.key === "Escape" && !list.hidden) {
      event.preventDefault();
      close();
    }
  });
}

function option(unit, field, asTree) {
  const item = document.createElement("li");
  item.id = `${field}-${unit.code}`;
  item.role = "option";
  item.ariaSelected = "false";
  item.dataset.code = unit.code;
  item.dataset.name = unit.name;
  item.textContent = unit.name;
  if (asTree) item.classList.add(`depth-${Math.min(3, unit.depth)}`);
  else if (unit.path.length) {
    const path = document.createElement("span");
    path.className = "path";
    path.textContent = unit.path.join(" › ");
    item.append(path);
  }
  return item;
}
