/**
 * Cards and passages light up together, and every annotation of a stack can be reached: a click on
 * highlighted text takes the smallest passage there first, then the next; where not all cards are on
 * the page, all of them are asked for by the offset.
 */

import { onChange, within } from "./changes.js";
import { bringIntoView, isPhone, isTaken, isWide, reader, text } from "./dom.js";
import { paint } from "./highlight.js";
import { means } from "./keys.js";
import { anchorAt } from "./margin.js";
import { codePoints, offsetOf, rangeOf } from "./offsets.js";
import * as stack from "./stack.js";

export const CARD = ".card[data-start]";
const COLOURS = [...Array(9).keys()];
const HOVER_DELAY = 60;
let active = null;
let hovered = 0;

/** The element id of the active card, or null. */
export const activeId = () => active;
/** What has just been chosen by key, before its card is on the page. */
export const expect = (id) => (active = id);

const onMargin = () => [...document.querySelectorAll(`#margin ${CARD}`)];
export const startOf = (card) => Number(card.dataset.start);
export const endOf = (card) => Number(card.dataset.end);
const inText = (card) => card.closest("#margin, #stack") !== null;

/** Paints the passage of a card, in its colour; null for none. `name` is "active" or "hover". */
function light(card, name = "active") {
  // A card that is being edited has the colour of its first theme so far.
  const style = card?.querySelector(".themes :checked")?.closest(".chip") ?? card;
  const colour = card ? Number(style.className.match(/\bc([1-8])\b/)?.[1] ?? 0) : -1;
  for (const c of COLOURS) {
    paint(`${name}-c${c}`, c === colour ? [rangeOf(startOf(card), endOf(card))] : []);
  }
  text()?.classList.toggle("lit", Boolean(active));
}

/** Makes a card the active one, or none. */
export function activate(card) {
  if (active === (card?.id ?? null) && card?.classList.contains("on")) return;
  for (const other of document.querySelectorAll(`${CARD}.on`)) other.classList.remove("on");
  active = card?.id ?? null;
  // A card in the stack has a twin in the margin.
  if (card) for (const twin of document.querySelectorAll(`[id="${card.id}"]`)) twin.classList.add("on");
  light(card);
  anchorAt(active);
}

/** The active card again after its element was swapped for another. */
function restore() {
  if (!active) return;
  const card = document.querySelector(`#stack [id="${active}"]`) ?? document.querySelector(`#margin [id="${active}"]`);
  active = null;
  activate(card?.matches(CARD) ? card : null);
}

/** The offset of a click on highlighted text, kept inside the mark that was hit. */
function clickedOffset(event, mark) {
  const first = offsetOf(mark, 0);
  const last = first + codePoints(mark.textContent) - 1;
  const place = document.caretPositionFromPoint?.(event.clientX, event.clientY);
  const range = place ? null : document.caretRangeFromPoint?.(event.clientX, event.clientY);
  const node = place?.offsetNode ?? range?.startContainer;
  if (!node || !mark.contains(node)) return first;
  return Math.min(Math.max(offsetOf(node, place?.offset ?? range.startOffset), first), last);
}

const depthOf = (mark) => Number(mark.className.match(/\bd(\d)\b/)?.[1] ?? 1);

/** Whether cards of this place are folded away, so that the page does not hold them all. */
function folded(mark, cards) {
  const depth = depthOf(mark);
  return cards.length < depth || (depth >= 4 && document.querySelector("#margin .more") !== null);
}

function clickMark(event) {
  const mark = event.target.closest?.("#text mark");
  if (!mark || event.target.closest("a, button") || !getSelection().isCollapsed) return false;
  const at = clickedOffset(event, mark);
  const here = onMargin()
    .filter((card) => startOf(card) <= at && at < endOf(card))
    .sort((a, b) => endOf(a) - startOf(a) - (endOf(b) - startOf(b)));
  if (!isWide() || folded(mark, here)) {
    stack.open(at, mark);
    return true;
  }
  if (!here.length) return false;
  const now = here.findIndex((card) => card.classList.contains("on"));
  const card = here[(now + 1) % here.length];
  activate(card);
  bringIntoView(card);
  return true;
}

function onClick(event) {
  if (event.defaultPrevented || !(event.target instanceof Element)) return;
  if (clickMark(event)) return;
  const card = event.target.closest(CARD);
  if (card && inText(card)) {
    const quote = event.target.closest("a.quote");
    if (quote) event.preventDefault();
    activate(card);
    if (quote || !event.target.closest("a, button, summary, input, textarea, label")) show(card);
  } else if (!event.target.closest(".popover, #composer, #picker, #toast, #news, #stack, .bar, dialog, .mode")) {
    activate(null);
  }
}

/** Brings the passage of a card into view. */
export function show(card) {
  const range = rangeOf(startOf(card), endOf(card));
  if (range) bringIntoView(range, stack.heightOfSheet() + 40);
}

function onKey(event) {
  if (isTaken(event) || !reader()) return;
  if (means(event, "any", "close") && active) activate(null);
}

/** Lights up the card of an annotation that has just been saved. */
function changed(event) {
  const { uuid, action } = event.detail;
  active = action === "delete" ? null : `a-${uuid}`;
  if (!active) activate(null);
}

export function start() {
  document.addEventListener("click", onClick);
  document.addEventListener("keydown", onKey);
  document.addEventListener("focusin", (event) => {
    const card = event.target.closest?.(CARD);
    if (card && inText(card) && event.target.matches(":focus-visible")) activate(card);
  });
  document.addEventListener("pointerover", (event) => {
    if (event.pointerType === "touch") return;
    const card = event.target.closest?.(CARD);
    clearTimeout(hovered);
    hovered = setTimeout(() => light(card && inText(card) ? card : null, "hover"), HOVER_DELAY);
  });
  document.body.addEventListener("apparatus:changed", changed);
  onChange((changed) => within(changed, "#margin, #stack, .b") && restore());
  stack.onChange((card) => {
    if (!card) return restore();
    activate(card);
    // The sheet would lie over the very words that were tapped.
    if (isPhone()) show(card);
  });
}
