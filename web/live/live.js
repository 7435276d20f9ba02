// Hearing of changes at once, and knowing when one hears nothing any more.
//
//   live((now) => …, (touch) => …)
//
// `now` is {version, exchange} after every change. `touch` is {lost, since}: lost is "" while all is well,
// "server" while the web server is silent, "exchange" while it has lost the exchange, "session" when this
// page's user is signed out or another has signed in; since is the moment (Date) of the last sign of life.
import { share } from "./live_shared.js";
import { clockTime } from "../layout/page.js";

export function live(onChange, onTouch = outOfTouch) {
  const touch = { lost: "", since: new Date() };
  let known = "";

  function tell(lost) {
    if (!lost) touch.since = new Date();
    if (lost === touch.lost) return;
    touch.lost = lost;
    onTouch({ ...touch });
  }

  share(({ lost, now }) => {
    tell(lost || (now.exchange === "ok" ? "" : "exchange"));
    const fresh = lost ? "" : JSON.stringify(now);
    const isNews = fresh && fresh !== known;
    known = fresh;
    if (isNews) onChange(now);
  });
}

/** The page's banner (live/banner.html): in sight as long as the page may not be right. */
export function outOfTouch({ lost, since }) {
  const banner = document.getElementById("out-of-touch");
  banner.hidden = !lost;
  if (!lost) return;
  const time = clockTime(since);
  banner.querySelector("span").textContent = banner.dataset[lost].replace("{time}", time);
  banner.querySelector("a").hidden = lost !== "session";
}
