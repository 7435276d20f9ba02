// The list from which somebody goes on: back there means its filter, its search and its page. Each tab has its own.
const KEPT = "hotline-list";

/** This page is such a list. */
export function isList() {
  sessionStorage.setItem(KEPT, location.pathname + location.search);
}

/** Let a link to a list lead to where that list was left: in this tab, or in the one from which this was opened. */
export function wayBack(link) {
  const list = new URL(link.href);
  const from = document.referrer && new URL(document.referrer);
  if (from && from.origin === list.origin && from.pathname === list.pathname) sessionStorage.setItem(KEPT, from.pathname + from.search);
  const kept = sessionStorage.getItem(KEPT);
  if (kept?.split("?")[0] === list.pathname) link.href = kept;
}
