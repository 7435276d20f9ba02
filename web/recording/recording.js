// A recording's page: puts its parts together and gives them their keys.
import { registering } from "../screening/decision.js";
import { draft, segmentOf, stepSegment } from "./draft.js";
import { hold } from "./hold.js";
import { shortcuts } from "../layout/page.js";
import { player } from "./player.js";
import { saving } from "./saving.js";
import { intoField } from "./selection.js";
import { wayBack } from "../queue/way_back.js";

const sound = player();
draft(sound);
saving();
registering();
hold(sound);
wayBack(document.getElementById("back"));

const acts = {
  " ": () => sound?.toggle(), k: () => sound?.toggle(),
  j: () => sound?.skip(-3), l: () => sound?.skip(3),
  "[": () => sound?.faster(-1), "]": () => sound?.faster(1),
  t: () => document.querySelector(".segment textarea")?.focus(),
  r: () => document.getElementById("petitioner")?.focus(),
  n: () => document.getElementById("next").click(),
  q: () => document.getElementById("back").click(),
};
for (const name of ["k", "j", "l", "[", "]"]) acts[`Alt+${name}`] = acts[name];
Object.assign(acts, {
  "Alt+ArrowDown": () => stepSegment(1),
  "Alt+ArrowUp": () => stepSegment(-1),
  "Alt+p": () => {
    const segment = segmentOf(document.activeElement);
    if (segment) sound?.playBetween(Number(segment.dataset.start), Number(segment.dataset.end));
  },
  "Alt+c": () => intoField(),
  "Alt+1": () => intoField("petitioner"),
  "Alt+2": () => intoField("telephone"),
  "Alt+3": () => intoField("address"),
  "Alt+4": () => intoField("summary"),
  "Alt+Enter": () => document.getElementById("register")?.requestSubmit(),
});
shortcuts(acts);
