/** What has come in while one reads is marked as new until it has been seen: card, replies and passage. */

import { activate } from "./cards.js";
import { onChange, within } from "./changes.js";
import { bringIntoView, isWide, make } from "./dom.js";
import { paint } from "./highlight.js";
import { rangeOf } from "./offsets.js";

// How long (ms) something new is to be in the window, and how often that is looked at.
const SEEN = 4000;
const LOOK = 500;
const fresh = new Map();
let timer = 0;
let tell = () => {};

const written = () => [...document.querySelectorAll("#margin .card[id], #margin .reply[id]")];
const elementOf = (id) => document.querySelector(`#margin [id="${id}"]`);
const cardOf = (id) => elementOf(id)?.closest(".card[data-start]");
const passageOf = (card) => rangeOf(Number(card.dataset.start), Number(card.dataset.end));

/** Sets who is told when something new is seen, comes into the window or leaves it. */
export const onSeen = (listener) => (tell = listener);

/** Remembers what is here; the function that it gives marks what has come since. */
export function compare() {
  const before = new Set(written().map(({ id }) => id));
  return () => {
    for (const { id } of written()) if (!before.has(id) && !fresh.has(id)) fresh.set(id, 0);
    mark();
    watch();
  };
}

/** The replies and the cards that are folded away, or on a phone, are seen with their passage. */
function boxOf(id) {
  const own = elementOf(id)?.getBoundingClientRect();
  if (own?.height) return own;
  const card = cardOf(id);
  const around = card?.getBoundingClientRect();
  return around?.height ? around : card && passageOf(card)?.getBoundingClientRect();
}

function inSight(id) {
  const found = boxOf(id);
  const bar = document.getElementById("bar")?.getBoundingClientRect().bottom ?? 0;
  return Boolean(found) && found.bottom > bar + 8 && found.top < innerHeight - 8;
}

/** How much that is new stands out of the window. */
export const outOfSight = () => [...fresh.keys()].filter((id) => cardOf(id) && !inSight(id)).length;

function mark() {
  for (const old of document.querySelectorAll("#margin .fresh")) if (!fresh.has(old.id)) unmark(old);
  const ranges = [];
  for (const id of fresh.keys()) {
    const element = elementOf(id);
    if (!element) continue;
    if (element.matches(".card")) ranges.push(passageOf(element));
    element.classList.add("fresh");
    const meta = element.querySelector(":scope > .meta");
    if (meta && !meta.querySelector(".new")) meta.append(make("span", { class: "new" }, "new"));
  }
  paint("fresh", ranges);
}

function unmark(element) {
  element.classList.remove("fresh");
  element.querySelector(":scope > .meta .new")?.remove();
}

function look() {
  if (!document.hidden) {
    for (const [id, time] of fresh) {
      if (!elementOf(id) || time >= SEEN) fresh.delete(id);
      else if (inSight(id)) fresh.set(id, time + LOOK);
    }
    mark();
    tell();
  }
  watch();
}

function watch() {
  clearTimeout(timer);
  if (fresh.size) timer = setTimeout(look, LOOK);
}

/** Brings the next of what is new into the window, in the order of the text. */
export function goToNext() {
  const cards = [...fresh.keys()].filter((id) => !inSight(id)).map(cardOf).filter(Boolean);
  cards.sort((a, b) => Number(a.dataset.start) - Number(b.dataset.start));
  const below = cards.find((card) => passageOf(card)?.getBoundingClientRect().top > innerHeight / 2);
  const card = below ?? cards[0];
  if (!card) return;
  bringIntoView(passageOf(card));
  if (isWide()) activate(card);
}

export function start() {
  onChange((changed) => fresh.size && within(changed, "#margin") && mark());
}
