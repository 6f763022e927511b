/**
 * `[` and `]` turn to the document before and the next. And an address of history.state.gov that
 * names a note or a page finds it here, where such places have names of their own.
 */

import { isTaken } from "./dom.js";

const KEYS = { "[": "prev", "]": "next" };

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
  document.addEventListener("keydown", (event) => {
    const rel = KEYS[event.key];
    if (!rel || isTaken(event)) return;
    const link = document.querySelector(`.turn [rel=${rel}]`);
    if (!link) return;
    event.preventDefault();
    link.click();
  });
  addEventListener("hashchange", follow);
  follow();
}
