// Hearing of changes at once, and knowing when one hears nothing any more.
//
//   live((now) => …, (touch) => …)
//
// `now` is {version, exchange} after every change. `touch` is {lost, since}: lost is "" while all is well,
// "server" while the web server is silent, "exchange" while it has lost the exchange, "session" when this
// page's user is signed out or another has signed in; since is the moment (Date) of the last sign of life.
import { headers } from "./page.js";

const SILENT = 9_000; // the server says something every three seconds
const AGAIN = 1_000;

export function live(onChange, onTouch = outOfTouch) {
  const touch = { lost: "", since: new Date() };

  function tell(lost) {
    if (!lost) touch.since = new Date();
    if (lost === touch.lost) return;
    touch.lost = lost;
    onTouch({ ...touch });
  }

  function heard(event) {
    if (!event.data) return;
    const now = JSON.parse(event.data);
    tell(now.exchange === "ok" ? "" : "exchange");
    onChange(now);
  }

  async function listen() {
    const silence = new AbortController();
    let watch = 0;
    const heardSomething = () => {
      clearTimeout(watch);
      watch = setTimeout(() => silence.abort(), SILENT);
    };
    heardSomething();
    try {
      const answer = await fetch("/live", { headers: headers(), cache: "no-store", signal: silence.signal });
      if (answer.status === 401 || answer.status === 409) return "session";
      if (!answer.ok) return "server";
      for await (const event of eventsOf(answer.body)) {
        heardSomething();
        if (touch.lost === "") touch.since = new Date();
        heard(event);
      }
      return ""; // the server has ended it: it may be on its way back
    } finally {
      clearTimeout(watch);
    }
  }

  (async function keepListening() {
    let ended = "";
    for (let failures = 0; ended !== "session"; failures = ended ? failures + 1 : 0) {
      ended = await listen().catch(() => "server");
      if (ended) tell(ended);
      await new Promise((resolve) => { setTimeout(resolve, ended && failures ? AGAIN : AGAIN / 4); });
    }
  })();
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

/** The page's banner (live/banner.html): in sight as long as the page may not be right. */
export function outOfTouch({ lost, since }) {
  const banner = document.getElementById("out-of-touch");
  const { lang } = document.documentElement;
  banner.hidden = !lost;
  if (!lost) return;
  const time = since.toLocaleTimeString(lang, { hour12: false });
  banner.querySelector("span").textContent = banner.dataset[lost].replace("{time}", time);
  banner.querySelector("a").hidden = lost !== "session";
}
