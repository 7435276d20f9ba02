// Adding documents: chosen or dropped, sent one after the other, with what became of each.
import { upload } from "../layout/server.js";
import { fill } from "../layout/page.js";

const texts = JSON.parse(document.getElementById("document-texts").textContent);
const form = document.getElementById("add-documents");
const card = form.closest(".documents");
const lines = document.getElementById("uploads");
const most = Number(form.dataset.most);
const queue = [];
let sending = false;

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const title = form.file.files.length === 1 ? form.title.value : "";
  take([...form.file.files], title);
  form.reset();
  form.file.focus();
});

let over = 0; // how deep the pointer is inside of the card: each of its parts tells of its own
card.addEventListener("dragenter", (event) => { if (hasFiles(event)) mark(++over); });
card.addEventListener("dragleave", (event) => { if (hasFiles(event)) mark(--over); });
card.addEventListener("dragover", (event) => { if (hasFiles(event)) event.preventDefault(); });
card.addEventListener("drop", (event) => {
  if (!hasFiles(event)) return;
  event.preventDefault();
  over = 0;
  mark(over);
  take([...event.dataTransfer.files], "");
});
// what is dropped beside the card would be opened by the browser, in place of a page with half a reply in it
for (const kind of ["dragover", "drop"]) {
  addEventListener(kind, (event) => { if (hasFiles(event) && !card.contains(event.target)) event.preventDefault(); });
}
addEventListener("beforeunload", (event) => { if (sending) event.preventDefault(); });

const hasFiles = (event) => event.dataTransfer?.types.includes("Files");
const mark = (depth) => card.classList.toggle("over", depth > 0);

function take(files, title) {
  for (const file of files) queue.push({ file, title, line: lineOf(file) });
  if (!sending) sendAll();
}

async function sendAll() {
  sending = true;
  while (queue.length) await send(queue.shift());
  sending = false;
}

async function send(one) {
  const { file, title, line } = one;
  if (file.size > most * 1024 * 1024) { refused(one, fill(texts.too_large, { most }), false); return; }
  const fields = new FormData();
  fields.append("title", title);
  fields.append("file", file);
  const bar = Object.assign(document.createElement("progress"), { max: 1, value: 0 });
  bar.setAttribute("aria-label", fill(texts.progress, { name: file.name }));
  line.replaceChildren(nameOf(file), bar, saying(fill(texts.sending, { percent: 0 })));
  const answer = await upload(form.action, fields, (part) => {
    bar.value = part;
    line.lastChild.textContent = part < 1 ? fill(texts.sending, { percent: Math.floor(part * 100) }) : texts.looked_at;
  });
  if (!answer.ok) { refused(one, answer.said, answer.status !== 422); return; }
  line.replaceChildren(nameOf(file), saying(texts.added));
  line.className = "done";
  show(answer.text);
}

function refused(one, why, mayWork) {
  one.line.replaceChildren(nameOf(one.file), Object.assign(saying(why), { className: "mistake" }));
  if (mayWork) {
    const again = Object.assign(document.createElement("button"), { type: "button", textContent: texts.again });
    again.addEventListener("click", () => {
      one.line.replaceChildren(nameOf(one.file), saying(texts.waits));
      queue.push(one);
      if (!sending) sendAll();
    });
    one.line.append(again);
  }
}

function lineOf(file) {
  const line = document.createElement("li");
  line.append(nameOf(file), saying(texts.waits));
  lines.append(line);
  return line;
}

const nameOf = (file) => Object.assign(document.createElement("strong"), { textContent: file.name });
const saying = (text) => Object.assign(document.createElement("span"), { textContent: text });

/** What was added is in the list and in the history; what is being typed elsewhere on the page stays. */
function show(text) {
  const fresh = new DOMParser().parseFromString(text, "text/html");
  for (const place of ["#files", ".events"]) {
    const part = fresh.querySelector(place);
    if (part) document.querySelector(place).replaceWith(document.adoptNode(part));
  }
}
