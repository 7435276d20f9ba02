// The list of calls: one player at the foot of the page, both sides of the call in it.
import { shortcuts } from "../layout/page.js";

const bar = document.getElementById("listening");
const sound = document.getElementById("sound");

document.querySelectorAll("button.play").forEach((button) => button.addEventListener("click", () => {
  bar.hidden = false;
  document.getElementById("listening-to").textContent = button.dataset.name;
  sound.src = button.dataset.sound;
  sound.play().catch(() => {}); // the player itself shows that it cannot
}));
document.getElementById("stop-listening")?.addEventListener("click", () => {
  sound.pause();
  bar.hidden = true;
});

shortcuts({
  "/": () => document.getElementById("caller").select(),
  " ": () => { if (sound && !bar.hidden) { if (sound.paused) sound.play(); else sound.pause(); } },
});
