// The wallboard: always up to date, with a clock.
import { keepFresh } from "../live/fresh.js";

const board = document.getElementById("board");
const clock = document.getElementById("clock");
const ahead = Date.parse(board.dataset.at) - Date.now();

function showClock() {
  const now = new Date(Date.now() + ahead);
  const { lang } = document.documentElement;
  const timeZone = clock.dataset.zone;
  const day = now.toLocaleDateString(lang, { month: "long", day: "numeric", weekday: "long", timeZone });
  clock.textContent = `${day} ${now.toLocaleTimeString(lang, { hour: "2-digit", minute: "2-digit", hour12: false, timeZone })}`;
}

keepFresh(board, { onSignedOut: () => location.reload() }); // asks for a sign-in: nobody types here
showClock();
setInterval(showClock, 1000);
