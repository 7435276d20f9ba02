// One connection for all pages of a browser, which opens no more than six to a server over HTTP/1.1.
//
// Whoever holds the lock listens to the server and passes on what it hears. When that page goes, the next in line
// has the lock; when it is there and says nothing, as one that is frozen, a page that misses it takes the lock away.
import { listen } from "./live_stream.js";
import { pageUser } from "../layout/server.js";

const MISSED = 12_000; // ms; longer than the page that listens waits for the server before it says so
const ASK = "what is known?";

/** `say` hears what `listen` says, wherever the connection is. */
export function share(say) {
  if (!navigator.locks) { listen(say); return; } // a page without https: browsers give those no locks
  const name = `live ${pageUser()}`;
  const pages = new BroadcastChannel(name);
  let last = null;
  let mine = false;
  let missing = 0;
  let place = new AbortController(); // in the line for the lock

  function hear(said) {
    last = said;
    if (said.lost === "session") { clearTimeout(missing); pages.close(); } // who signs in anew does not speak for this page
    else miss();
    say(said);
  }

  function miss() {
    clearTimeout(missing);
    missing = setTimeout(() => { if (!mine) wait(true); }, MISSED);
  }

  function tell(said) {
    pages.postMessage(said);
    hear(said);
  }

  function wait(steal) {
    place.abort(); // one is enough
    const own = new AbortController();
    place = own;
    navigator.locks.request(name, steal ? { steal } : { signal: own.signal }, async () => {
      mine = true;
      if (last?.lost !== "session") await listen(tell, own.signal);
    }).catch(() => {
      if (own !== place) return;
      mine = false; // another page has taken it away
      wait(false);
    });
  }

  pages.addEventListener("message", ({ data }) => {
    if (data !== ASK) hear(data);
    else if (mine && last) pages.postMessage(last);
  });
  pages.postMessage(ASK);
  miss();
  wait(false);
}
