// The server's events over one connection (GET /live), made again whenever it ends.
import { reach } from "../layout/server.js";

const SILENT = 9_000; // ms; the server says something every three seconds
const AGAIN = 1_000;

/**
 * Listen until nobody is signed in any more, or until `stopped` (AbortSignal). `say` hears at every sign of life
 * {lost: "", now} with the last event, {lost: "server"} at every failure, and {lost: "session"} at the end.
 */
export async function listen(say, stopped) {
  let ended = "";
  for (let failures = 0; ended !== "session" && !stopped?.aborted; failures = ended ? failures + 1 : 0) {
    ended = await once(say, stopped).catch(() => "server");
    if (ended && !stopped?.aborted) say({ lost: ended });
    await new Promise((resolve) => { setTimeout(resolve, ended && failures ? AGAIN : AGAIN / 4); });
  }
}

/** One connection, to its end; why it has ended: "" where the server may be on its way back. */
async function once(say, stopped) {
  const silence = new AbortController();
  let watch = 0;
  let now = null;
  const stop = () => silence.abort();
  const heardSomething = () => {
    clearTimeout(watch);
    watch = setTimeout(stop, SILENT);
  };
  stopped?.addEventListener("abort", stop);
  heardSomething();
  try {
    const answer = await reach("/live", { cache: "no-store", signal: silence.signal });
    if (answer.status === 401 || answer.status === 409) return "session";
    if (!answer.ok) return "server";
    for await (const event of eventsOf(answer.body)) {
      heardSomething();
      if (event.data) now = JSON.parse(event.data);
      if (now) say({ lost: "", now });
    }
    return "";
  } finally {
    clearTimeout(watch);
    stopped?.removeEventListener("abort", stop);
  }
}

/** The events of a stream, comments too: {event, data}. */
async function* eventsOf(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    const blocks = (rest + value).split("\n\n");
    rest = blocks.pop();
    for (const block of blocks) {
      yield Object.fromEntries(block.split("\n").map((line) => line.match(/^(\w*): ?(.*)$/s)?.slice(1) ?? ["", line]));
    }
  }
}
