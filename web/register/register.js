// The register of cases, walked through by keys.
import { shortcuts } from "../layout/page.js";
import { walk } from "../layout/walk.js";
import { unitChoice } from "../units/units.js";

const step = walk(".cases .open");
unitChoice();
shortcuts({
  j: () => step(1), ArrowDown: () => step(1),
  k: () => step(-1), ArrowUp: () => step(-1),
  n: () => document.getElementById("next-page")?.click(),
  "/": () => document.getElementById("search").select(),
});
