// Asking the server: the one place of all pages that does it, and what each of its answers means in words.
import { fill, texts } from "./page.js";

/** What every request of this page says: its form token, and whose page it is. */
const marks = () => JSON.parse(document.body.getAttribute("hx-headers"));
const headers = () => ({ ...marks(), "X-Requested-With": "fetch" });
const formToken = () => marks()["X-CSRFToken"];
export const pageUser = () => marks()["X-Page-User"];

const SILENT = 9_000; // ms; longer than the exchange is given for an order
const NO_CONNECTION = 0;
const SIGNED_OUT = 401;
const NOT_CHANGED = 304;
const WHOLE_PAGE = /^\s*<!doctype/i; // scripts ask for parts: this is a page to sign in, ours or that of a network

/**
 * The Response itself, for who reads it as it comes. Never fails: its status is 0 where nobody answered in time, and
 * 401 where we were sent on, as to the page to sign in: nothing that is asked for here lies elsewhere.
 */
export async function reach(address, options = {}) {
  const asked = { signal: AbortSignal.timeout(SILENT), ...options, headers: { ...headers(), ...options.headers } };
  const answer = await fetch(address, asked).catch(() => Response.error());
  return answer.redirected ? new Response("", { status: SIGNED_OUT }) : answer;
}

/**
 * The whole answer: {ok, status, text, data, etag, said}. `data`: what its JSON holds, else null. `said`: why it is
 * not ok, as a sentence for who sits here. An answer that breaks off is none.
 */
export async function ask(address, options = {}) {
  const answer = await reach(address, options);
  const text = await answer.text().catch(() => null);
  const status = text === null ? NO_CONNECTION : WHOLE_PAGE.test(text) && answer.ok ? SIGNED_OUT : answer.status;
  const ok = answer.ok && status === answer.status;
  const why = ok || status === NOT_CHANGED ? "" : said(status, text);
  return { ok, status, text: text ?? "", data: dataIn(text ?? ""), etag: answer.headers.get("ETag"), said: why };
}

/** POST fields; a form token that has become too old is fetched anew once. Answers as `ask` does. */
export async function post(address, fields, options = {}) {
  const answer = await send(address, fields, options);
  if (answer.status !== 400) return answer;
  const fresh = await renewToken();
  return fresh.ok ? send(address, fields, options) : fresh;
}

/** Fetch a fresh form token; the answer is 401 when nobody is signed in, 409 when it is another person. */
export async function renewToken() {
  const fresh = await ask(document.querySelector("[data-token]").dataset.token);
  if (!fresh.ok) return fresh;
  const { token } = fresh.data;
  document.querySelectorAll("input[name=csrf_token]").forEach((input) => { input.value = token; });
  document.body.setAttribute("hx-headers", JSON.stringify({ ...marks(), "X-CSRFToken": token }));
  return fresh;
}

function send(address, fields, options) {
  const page = document.getElementById("desk")?.dataset.page ?? "";
  return ask(address, { method: "POST", body: new URLSearchParams({ ...fields, page }), ...options });
}

/**
 * POST files. `onProgress` is told which part of them is sent, 0 to 1. Answers as `ask` does, and waits as long as
 * something moves: a slow line takes minutes for a scan.
 */
export async function upload(address, form, onProgress) {
  const answer = await sendFiles(address, form, onProgress);
  if (answer.status !== 400) return answer;
  const fresh = await renewToken();
  return fresh.ok ? sendFiles(address, form, onProgress) : fresh;
}

function sendFiles(address, form, onProgress) {
  return new Promise((done) => {
    const request = new XMLHttpRequest(); // fetch does not tell how much it has sent
    request.open("POST", address);
    for (const [name, value] of Object.entries(headers())) request.setRequestHeader(name, value);
    request.upload.addEventListener("progress", ({ loaded, total }) => onProgress(loaded / total));
    request.addEventListener("loadend", () => {
      const { status, responseText: text } = request;
      const ok = status >= 200 && status < 300;
      done({ ok, status, text, data: dataIn(text), etag: null, said: ok ? "" : said(status, text) });
    });
    request.send(form);
  });
}

/** As the page goes: less than 64 KiB, that the browser sends although nobody is left to hear the answer. */
export function sendAtLast(address, body) {
  reach(address, { method: "POST", body, keepalive: true, signal: undefined });
}

/** The same for fields, without a word of whose page it is: of browsers that know no other way, too. */
export function beacon(address, fields) {
  navigator.sendBeacon(address, new URLSearchParams({ ...fields, csrf_token: formToken() }));
}

/** What went wrong: the server's own sentence where it has one, else that of the status. */
export function said(status, text = "") {
  const general = texts.answers[status] ?? texts.answers[status < 500 ? 400 : 500];
  return [NO_CONNECTION, SIGNED_OUT].includes(status) ? general : dataIn(text)?.message ?? general;
}

/** Not saved, and why; it is tried again by itself. */
export const notSaved = ({ status, said: why }) => (status === NO_CONNECTION ? texts.not_saved_yet : fill(texts.not_saved, { why }));

/** Not done, and why. */
export const notDone = ({ said: why }) => fill(texts.not_done, { why });

function dataIn(text) {
  if (!/^\s*[[{]/.test(text)) return null;
  try { return JSON.parse(text); } catch { return null; }
}

/** What of it the banner of a live page does not say (live/banner.html). */
export const untold = (answer) => ([NO_CONNECTION, SIGNED_OUT, 409].includes(answer.status) ? "" : answer.said);

/** A trouble of the page itself stands at its head as long as it lasts: "" takes it away. */
export function trouble(of, sentence) {
  const place = document.getElementById("notices");
  let line = place.querySelector(`[data-trouble="${of}"]`);
  if (!sentence) { line?.remove(); return; }
  if (!line) {
    line = Object.assign(document.createElement("p"), { className: "notice warn" });
    line.dataset.trouble = of;
    place.append(line);
  }
  if (line.textContent !== sentence) line.textContent = sentence;
}
