/**
 * Lays the cards of a wide page beside their passages: each level with its own, pushed down when
 * crowded, shortened and folded when a crowd would drift far from its lines. The active card stands exactly
 * level and its neighbours give way to it.
 */

import { onChange, within } from "./changes.js";
import { isWide, onWidthChange, perFrame, text } from "./dom.js";
import { rangeOf } from "./offsets.js";

const GAP = 10;
// How far (px) a card may drift from its line before its crowd is shortened, and before cards are folded.
const DRIFT = 240;
const FAR = 480;
// The heights (px) that an opened card counts for, and that a folded one has.
const OPENED = 120;
const ONE_LINE = 36;

const margin = () => document.getElementById("margin");
let active = null;
let sizes = null;
let watched = new Set();

/** The card that stands level with its passage, by its element id; null for none. */
export function anchorAt(id) {
  active = id;
  layOut();
}

function topOf(element, group, base) {
  const start = element.dataset.start ?? element.querySelector("input[name=start]")?.value;
  if (start !== undefined) {
    const range = rangeOf(Number(start), Number(start) + 1);
    const line = range?.getClientRects()[0];
    if (line) return line.top - base;
  }
  const block = document.getElementById(`b${group.dataset.block}`);
  const box = block?.getBoundingClientRect();
  if (!box) return 0;
  // "3 more here" stands for passages further down in the block.
  return (element.classList.contains("more") ? box.bottom - 30 : box.top) - base;
}

function gather() {
  const base = margin().getBoundingClientRect().top;
  const items = [];
  for (const group of margin().querySelectorAll(".cards")) {
    for (const element of group.children) items.push({ element, want: topOf(element, group, base) });
  }
  return items.sort((a, b) => a.want - b.want);
}

/** Tops (px) for items of known `want` and `height`, the one at `level` exactly where it wants to be. */
export function spread(items, level = -1, gap = GAP) {
  const tops = [];
  const down = (from, floor) => {
    let free = floor;
    for (let i = from; i < items.length; i += 1) {
      tops[i] = Math.max(items[i].want, free);
      free = tops[i] + items[i].height + gap;
    }
  };
  down(0, 0);
  if (level < 0) return tops;
  tops[level] = Math.max(items[level].want, 0);
  for (let i = level - 1; i >= 0; i -= 1) {
    tops[i] = Math.min(tops[i], tops[i + 1] - items[i].height - gap);
  }
  if (tops[0] < 0) {
    let free = 0;
    for (let i = 0; i <= level; i += 1) {
      tops[i] = Math.max(tops[i], free);
      free = tops[i] + items[i].height + gap;
    }
  }
  down(level + 1, tops[level] + items[level].height + gap);
  return tops;
}

const isRoomy = ({ element }) => element.id === active || element.matches(".more, .editing, :has(details[open])");

/** The items with the heights that count: what is opened for a while is not held against its neighbours. */
const usual = (items) =>
  items.map((item) => ({ ...item, height: isRoomy(item) ? Math.min(item.height, OPENED) : item.height }));

/** The first of the cards that touch each other up to `index`. */
function firstOfCrowd(items, tops, index) {
  let first = index;
  while (first > 0 && tops[first - 1] + items[first - 1].height + GAP >= tops[first]) first -= 1;
  return first;
}

/** Shortens the cards of every crowd that drifts more than DRIFT. */
function tighten(items) {
  const plain = usual(items);
  const tops = spread(plain);
  const crowded = new Set();
  for (let i = items.length - 1; i >= 0; i -= 1) {
    if (tops[i] - items[i].want <= DRIFT) continue;
    const first = firstOfCrowd(plain, tops, i);
    for (let at = first; at <= i; at += 1) crowded.add(items[at]);
    i = first;
  }
  for (const item of crowded) item.element.classList.toggle("tight", !isRoomy(item));
  if (crowded.size) measure(items);
}

/** Folds cards to one line each, those with the least in them first, until none drifts more than FAR. */
function fold(items) {
  const folded = new Set();
  const next = () => {
    const plain = usual(items);
    const tops = spread(plain);
    for (let i = 0; i < items.length; i += 1) {
      if (tops[i] - items[i].want <= FAR) continue;
      const crowd = items.slice(firstOfCrowd(plain, tops, i), i);
      const open = crowd.filter((item) => !folded.has(item) && !isRoomy(item));
      if (open.length) return open.reduce((least, item) => (item.height < least.height ? item : least));
    }
    return null;
  };
  for (let item = next(); item; item = next()) {
    folded.add(item);
    item.height = ONE_LINE;
  }
  for (const { element } of folded) element.classList.add("slim");
  if (folded.size) measure(items);
}

/** Folds the cards above the one at `level`, the nearest first, until it can stand level with its passage. */
function makeRoom(items, level) {
  const above = items.slice(0, level).reverse();
  let over = above.reduce((sum, item) => sum + item.height + GAP, -Math.max(items[level].want, 0));
  for (const item of above) {
    if (over <= 0) break;
    if (item.height <= ONE_LINE || item.element.matches(".more, .editing")) continue;
    over -= item.height - ONE_LINE;
    item.element.classList.add("slim");
  }
  measure(items);
}

function measure(items) {
  for (const item of items) item.height = item.element.offsetHeight;
}

/** Places every card; does nothing where the cards are not beside the text. */
export function layOut() {
  const box = margin();
  if (!box || !text()) return;
  if (!isWide()) {
    box.classList.remove("laid");
    box.style.removeProperty("min-height");
    return;
  }
  const first = !box.classList.contains("laid");
  box.classList.add("laid");
  const items = gather();
  for (const { element } of items) element.classList.remove("tight", "slim");
  measure(items);
  tighten(items);
  fold(items);
  const level = items.findIndex(({ element }) => active && element.id === active);
  if (level > 0) makeRoom(items, level);
  const tops = spread(items, level);
  items.forEach(({ element }, i) => element.style.setProperty("--top", `${Math.round(tops[i])}px`));
  const last = items.length - 1;
  box.style.minHeight = last < 0 ? "" : `${Math.ceil(tops[last] + items[last].height)}px`;
  if (first) requestAnimationFrame(() => requestAnimationFrame(() => box.classList.add("moving")));
  watch(items);
}

function watch(items) {
  const now = new Set(items.map(({ element }) => element));
  for (const element of watched) if (!now.has(element)) sizes.unobserve(element);
  for (const element of now) if (!watched.has(element)) sizes.observe(element);
  watched = now;
}

export function start() {
  const soon = perFrame(layOut);
  sizes = new ResizeObserver(soon);
  const column = new ResizeObserver(soon);
  const look = () => {
    column.disconnect();
    if (text()) column.observe(text());
    layOut();
  };
  onChange((changed) => {
    if (within(changed, "#margin, .b") || changed.some(({ id }) => id === "reading")) look();
  });
  document.body.addEventListener("toggle", soon, true);
  onWidthChange(layOut);
  document.fonts?.ready.then(layOut);
  look();
}
