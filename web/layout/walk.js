// Walking through the rows of a list: the focus goes from one to the next.

/** A function that moves the focus by so many of what the selector finds, from the first or last where none has it. */
export function walk(selector) {
  return (by) => {
    const all = [...document.querySelectorAll(selector)];
    const now = all.indexOf(document.activeElement);
    const next = now < 0 ? (by > 0 ? 0 : all.length - 1) : Math.min(all.length - 1, Math.max(0, now + by));
    all[next]?.focus();
  };
}
