// The calendar by keys and by mouse: arrows go from day to day, a day that is chosen comes into the form.
import { shortcuts } from "../layout/page.js";

const form = document.getElementById("change");
const days = [...document.querySelectorAll(".year [data-day]")];
const first = document.getElementById("first");
const last = document.getElementById("last");
const STEPS = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7 };

/** One stop for the Tab key in the whole year: the day that was there last. */
function stopAt(day) {
  for (const each of days) each.tabIndex = each === day ? 0 : -1;
}

function mark() {
  for (const each of days) {
    const chosen = first.value && each.dataset.day >= first.value && each.dataset.day <= (last.value || first.value);
    each.parentElement.classList.toggle("chosen", Boolean(chosen));
  }
}

/** The day comes into the form; with `further` it is the other end of those chosen. */
function choose(day, further) {
  const value = day.dataset.day;
  if (further && first.value) {
    [first.value, last.value] = [first.value, value].sort();
  } else {
    first.value = value;
    last.value = value;
    const other = day.dataset.works === "yes" ? "no" : "yes";
    document.querySelector(`#change [name=works][value=${other}]`).checked = true;
  }
  mark();
}

if (first) {
  for (const [at, day] of days.entries()) {
    day.addEventListener("click", (event) => {
      event.preventDefault();
      stopAt(day);
      choose(day, event.shiftKey);
      const { top, bottom } = form.getBoundingClientRect();
      if (top > innerHeight || bottom < 0) form.scrollIntoView();
    });
    day.addEventListener("keydown", (event) => {
      const next = days[at + STEPS[event.key]];
      if (!next) return;
      event.preventDefault();
      stopAt(next);
      next.focus();
    });
  }
  stopAt(days.find((each) => each.dataset.day === first.value) ?? days.find((each) => each.ariaCurrent) ?? days[0]);
  first.addEventListener("input", () => {
    if (!last.value || last.value < first.value) last.value = first.value;
    mark();
  });
  last.addEventListener("input", mark);
  mark();
}
shortcuts({
  "[": () => document.getElementById("year-before")?.click(),
  "]": () => document.getElementById("year-after")?.click(),
});
