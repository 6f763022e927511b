/** Moving themes: by Alt and an arrow at once, or taken hold of, walked with, and put down. */

import { make, say } from "./dom.js";
import { above, dress, focusOn, fold, nameOf, placeOf, siblings } from "./tree.js";
import { send } from "./treesend.js";

let held = null;

/** Where a theme stands now, so that it can be put back. */
export function spotOf(item) {
  return { list: item.parentElement, next: item.nextElementSibling, parent: above(item) };
}

export function putBack(item, spot) {
  const list = spot.list.isConnected || !spot.parent ? spot.list : listBelow(spot.parent);
  list.insertBefore(item, spot.next?.parentElement === list ? spot.next : null);
  tidy();
}

export function listBelow(item) {
  const list = item.querySelector(":scope > ul");
  if (list) return list;
  const made = make("ul", { role: "group" });
  item.append(made);
  return made;
}

export function tidy() {
  for (const list of document.querySelectorAll("#themes ul:not(:has(li))")) list.remove();
  dress();
}

/** What the server is told of the place of a theme. */
function whereNow(item) {
  const row = siblings(item);
  const at = row.indexOf(item);
  if (at > 0) return { after: row[at - 1].dataset.pk };
  if (row[1]) return { before: row[1].dataset.pk };
  return { under: above(item)?.dataset.pk ?? "0" };
}

/** Saves where a theme has come to stand; `spot` is where it stood. */
export function settle(item, spot) {
  tidy();
  focusOn(item);
  if (item.parentElement === spot.list && item.nextElementSibling === spot.next) return;
  say(`${nameOf(item)} is moved: ${placeOf(item)}.`);
  send(`${item.dataset.slug}/move/`, whereNow(item), () => putBack(item, spot));
}

/** A step of one theme in the tree; null when there is none, else what is said of it. */
function stepped(item, key) {
  const row = siblings(item);
  const at = row.indexOf(item);
  const parent = above(item);
  if (key === "ArrowUp" && at > 0) row[at - 1].before(item);
  else if (key === "ArrowDown" && at + 1 < row.length) row[at + 1].after(item);
  else if (key === "ArrowLeft" && parent) parent.after(item);
  else if (key === "ArrowRight" && at > 0) {
    fold(row[at - 1], false);
    listBelow(row[at - 1]).append(item);
  } else return null;
  tidy();
  focusOn(item);
  return placeOf(item);
}

const ENDS = {
  ArrowUp: "It is the first of its level.",
  ArrowDown: "It is the last of its level.",
  ArrowLeft: "It stands at the top level.",
  ArrowRight: "No theme stands above it that it could go under.",
};

function take(item) {
  held = { item, spot: spotOf(item) };
  item.classList.add("held");
  say(`You hold ${nameOf(item)}, ${placeOf(item)}. Arrows move it, Enter puts it down, Escape puts it back.`);
}

function letGo() {
  held.item.classList.remove("held");
  const was = held;
  held = null;
  return was;
}

function putDown() {
  const { item, spot } = letGo();
  if (item.parentElement === spot.list && item.nextElementSibling === spot.next) say(`${nameOf(item)} stays where it was.`);
  settle(item, spot);
}

/** Puts what is held back where it was taken from. */
export function release() {
  if (!held) return;
  const { item, spot } = letGo();
  putBack(item, spot);
  focusOn(item);
  say(`${nameOf(item)} is back: ${placeOf(item)}.`);
}

function whileHeld(event) {
  const { item } = held;
  if (event.key === "Escape") release();
  else if (event.key === "Enter" || event.key === " ") putDown();
  else if (event.key in ENDS) say(stepped(item, event.key) ?? ENDS[event.key]);
  else return false;
  return true;
}

/** What a key does to the place of a theme; whether it was one of these keys. */
export function moved(event, item) {
  if (held) return whileHeld(event);
  if (event.key === " ") take(item);
  else if (event.altKey && event.key in ENDS) {
    const spot = spotOf(item);
    const said = stepped(item, event.key);
    if (said) settle(item, spot);
    else say(ENDS[event.key]);
  } else return false;
  return true;
}

export function start() {
  document.addEventListener("focusout", ({ target, relatedTarget }) => {
    // Whoever goes elsewhere with Tab or the pointer lets go; a moved element loses the focus, too.
    if (held && target === held.item && relatedTarget && !held.item.contains(relatedTarget)) release();
  });
}
