/**
 * Keys that turn to the document before and the next. And an address of history.state.gov that
 * names a note or a page finds it here, where such places have names of their own.
 */

import { bind } from "./keys.js";

/** Follows the link to the document before or after. */
function turn(rel) {
  const link = document.querySelector(`.turn [rel=${rel}]`);
  if (!link) return false;
  link.click();
}

/** The id here of what a fragment names there: `d169fn2`, `fn2`, `fn:d169fn2`, `pg_546`. */
function idHere(fragment) {
  const page = /^pg_(\w+)$/.exec(fragment);
  if (page) return `pg-${page[1]}`;
  const note = /^(fn|fnref)?:?(.*)$/.exec(fragment);
  const slug = location.pathname.split("/").filter(Boolean).at(-1);
  const key = /^\d+$/.test(note[2]) ? `${slug}fn${note[2]}` : note[2];
  return `${note[1] === "fnref" ? "call" : "n"}-${key}`;
}

function follow() {
  const fragment = decodeURIComponent(location.hash.slice(1));
  if (!fragment || document.getElementById(fragment)) return;
  const id = idHere(fragment);
  if (document.getElementById(id)) location.replace(`#${id}`);
}

export function start() {
  bind("documentBefore", () => turn("prev"));
  bind("documentAfter", () => turn("next"));
  addEventListener("hashchange", follow);
  follow();
}
