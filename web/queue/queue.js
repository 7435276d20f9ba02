// The queue: asks for changes without disturbing who reads or selects, and is walked through by keys.
import { shortcuts } from "../layout/page.js";
import { said, trouble } from "../layout/server.js";
import { walk } from "../layout/walk.js";
import { isList } from "./way_back.js";

const step = walk("#queue .open");
isList();
shortcuts({
  j: () => step(1), ArrowDown: () => step(1),
  k: () => step(-1), ArrowUp: () => step(-1),
  n: () => document.getElementById("next").click(),
  "/": () => document.getElementById("search").select(),
});

const reading = () => document.hidden || !(getSelection()?.isCollapsed ?? true);

document.addEventListener("htmx:beforeRequest", (event) => {
  if (event.target.id === "queue" && reading()) event.preventDefault();
});
document.addEventListener("htmx:configRequest", (event) => {
  if (event.target.id === "queue") event.detail.headers["If-None-Match"] = `"${event.target.dataset.etag}"`;
});
for (const kind of ["htmx:responseError", "htmx:sendError", "htmx:timeout"]) {
  document.addEventListener(kind, ({ detail: { xhr } }) => {
    if ([401, 409].includes(xhr.status)) location.reload(); // signed out, or another signed in
    else trouble("queue", said(xhr.status, xhr.responseText));
  });
}
document.addEventListener("htmx:beforeOnLoad", ({ detail: { xhr } }) => { if (xhr.status < 400) trouble("queue", ""); });
