// The list of letters and visits, walked through by keys.
import { shortcuts } from "../layout/page.js";
import { walk } from "../layout/walk.js";

const step = walk(".submissions .open");
shortcuts({
  j: () => step(1), ArrowDown: () => step(1),
  k: () => step(-1), ArrowUp: () => step(-1),
  n: () => document.getElementById("next-page")?.click(),
  "/": () => document.getElementById("search").select(),
});
