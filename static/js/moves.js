/**
 * Where the keys lead: from annotation to annotation, from a passage to its card and back, from a note's
 * number to the note and back, and to where one was reading before.
 */

import { activate, activeId, CARD, endOf, expect, show, startOf } from "./cards.js";
import { onChange, within } from "./changes.js";
import { bringIntoView, focusText, isWide, reader, say, text } from "./dom.js";
import { bind } from "./keys.js";
import { close as closeNote } from "./notes.js";
import { blockOf, blocksIn, offsetOf, rangeOf } from "./offsets.js";
import * as stack from "./stack.js";

const CALL = "#text a.call";
const places = [];
const MOST_PLACES = 30;
// Whether the last move was ours: a row of moves leads back to where the first began.
let moving = false;
let followed = null;
let callLeft = null;

const lineOf = () => (document.getElementById("bar")?.offsetHeight ?? 0) + 16;
const items = () => [...document.querySelectorAll(`#margin ${CARD}, #margin .more`)];
const cards = () => items().filter((item) => item.matches(CARD));
const rangeOfCard = (card) => rangeOf(startOf(card), endOf(card));
const firstSeen = (elements) => elements.find((element) => element.getBoundingClientRect().bottom > lineOf());

/** Remembers the place that is left, unless one has not read since the last move. */
function leave() {
  if (moving) return;
  const block = firstSeen(blocksIn(text()));
  const focus = document.activeElement;
  places.push({ id: block?.id, top: block?.getBoundingClientRect().top, focus, active: activeId() });
  if (places.length > MOST_PLACES) places.shift();
  moving = true;
}

function back() {
  const place = places.pop();
  if (!place) return false;
  moving = false;
  stack.close();
  const block = place.id && document.getElementById(place.id);
  if (block) scrollBy({ top: block.getBoundingClientRect().top - place.top, behavior: "instant" });
  if (place.focus?.isConnected && place.focus !== document.body) place.focus.focus({ preventScroll: true });
  else focusText();
  activate(place.active && document.querySelector(`#margin [id="${place.active}"]`));
  say("Back.");
}

/** The card that acts are meant for: the one with the focus, else the active one; null for none. */
export function currentCard() {
  const focused = document.activeElement?.closest?.(`#margin ${CARD}, #stack ${CARD}`);
  const lit = document.querySelector(`#stack ${CARD}.on`) ?? document.querySelector(`#margin ${CARD}.on`);
  return focused ?? lit;
}

const themesOf = (card) => [...card.querySelectorAll(":scope > .chips .chip")].map((chip) => chip.textContent.trim());
const authorOf = (card) => card.querySelector(":scope > .meta > .author")?.firstChild.textContent.trim() ?? "";

/** What is heard of a card that a key leads to. */
function tell(card, all) {
  const quote = card.querySelector(":scope > .quote")?.textContent.trim() ?? "";
  const note = card.querySelector(":scope > .note")?.textContent.trim().replace(/\s+/g, " ") ?? "";
  const themes = themesOf(card).join(", ");
  const count = `${all.indexOf(card) + 1} of ${all.length}`;
  say([count, themes, quote, note && `Note: ${note}`].filter(Boolean).join(". "));
}

/** Leads to a card, or to the link that stands for those folded away. */
export function goTo(item, all = cards()) {
  if (item.matches(".more")) {
    activate(null);
    expect(null);
    if (!isWide()) return item.click();
    bringIntoView(item);
    return item.focus({ preventScroll: true });
  }
  show(item);
  tell(item, all);
  if (isWide()) {
    activate(item);
    item.focus({ preventScroll: true });
    return;
  }
  expect(item.id);
  stack.open(startOf(item), text(), item.id);
}

/** Where one is among the items: at the active card or the focused link, else before what is in view. */
function placeAmong(all) {
  const focused = all.indexOf(document.activeElement);
  if (focused >= 0) return focused;
  const now = all.findIndex((item) => item.id && item.id === activeId());
  if (now >= 0) return now;
  const inView = all.findIndex((item) => item.matches(CARD) && rangeOfCard(item).getBoundingClientRect().bottom > lineOf());
  return (inView < 0 ? all.length : inView) - 0.5;
}

function step(by, fits = () => true, all = items()) {
  const at = placeAmong(all);
  const found = by > 0 ? all.find((item, i) => i > at && fits(item)) : all.findLast((item, i) => i < at && fits(item));
  if (!all.some(fits)) return void say("There is no annotation here.");
  if (!found && at !== Math.floor(at)) return step(-by, fits, all);
  leave();
  goTo(found ?? all[at], all.filter((item) => item.matches(CARD) && fits(item)));
  if (!found) say(by > 0 ? "This is the last one." : "This is the first one.");
}

/** Steps among those that share what the active card has, as long as one goes on so. */
function follow(by, kind, valuesOf) {
  const card = currentCard();
  if (!card) return void say("No annotation is lit. Go to one first.");
  const values = valuesOf(card);
  if (followed?.kind !== kind || followed.id !== card.id) followed = { kind, value: values[0] };
  if (!followed.value) return void say(kind === "theme" ? "It has no theme." : "It has no name.");
  step(by, (item) => item.matches(CARD) && valuesOf(item).includes(followed.value));
  followed.id = activeId();
}

/** Gives the focus to the words of a card, where a screen reader goes on reading. */
export function goToPassage(card) {
  const range = rangeOfCard(card);
  if (!range) return;
  show(card);
  const block = blockOf(range.startContainer);
  const mark = range.startContainer.parentElement.closest("mark");
  const place = block.querySelector(`.ear[href="#${card.id}"]`) ?? mark ?? block;
  place.setAttribute("tabindex", "-1");
  place.focus({ preventScroll: true });
}

/** The offset that one is at in the text: of the selection, of the focused passage; null elsewhere. */
function offsetHere() {
  const focused = document.activeElement;
  if (focused?.matches("#text :is(mark, .ear)")) return Number(focused.dataset.at ?? offsetOf(focused, 0));
  const selection = getSelection();
  const node = selection?.rangeCount && !selection.isCollapsed ? selection.getRangeAt(0) : null;
  return node && text().contains(node.startContainer) ? offsetOf(node.startContainer, node.startOffset) : null;
}

const smallestFirst = (a, b) => endOf(a) - startOf(a) - (endOf(b) - startOf(b));

function toCard({ key, target }) {
  if (key === "Enter" && !target.matches(`${CARD}, #text mark`)) return false;
  const focused = document.activeElement?.closest?.(CARD);
  if (focused) {
    const id = focused.id;
    stack.close();
    goToPassage(document.querySelector(`#margin [id="${id}"]`) ?? focused);
    return;
  }
  const at = offsetHere();
  const lying = at === null ? [] : cards().filter((card) => startOf(card) <= at && at < endOf(card)).sort(smallestFirst);
  const lit = lying.find((card) => card.id === activeId()) ?? lying[0];
  const inView = cards().find((card) => rangeOfCard(card).getBoundingClientRect().bottom > lineOf());
  const card = lit ?? (at === null ? (cards().find(({ id }) => id === activeId()) ?? inView) : null);
  if (!card) return void say("There is no annotation here.");
  leave();
  goTo(card);
}

function list() {
  const card = currentCard();
  const at = offsetHere() ?? (card && startOf(card));
  if (at === null || at === undefined || !reader()?.dataset.at) return void say("No annotation is lit. Go to one first.");
  leave();
  stack.open(at, document.activeElement === document.body ? text() : document.activeElement, card?.id);
}

function focusCall(call) {
  bringIntoView(call);
  call.focus({ preventScroll: true });
  closeNote();
}

/** From the note that has the focus, or was come to last, to its number in the text, and the other way. */
function note() {
  const within = document.activeElement?.closest("#apparatus .note[id]");
  if (within) {
    const key = within.id.slice(2);
    const call = callLeft?.isConnected && callLeft.hash === `#${within.id}` ? callLeft : document.getElementById(`call-${key}`);
    if (!call) return false;
    focusCall(call);
    return;
  }
  const calls = [...document.querySelectorAll(CALL)];
  const call = document.activeElement?.matches(CALL) ? document.activeElement : firstSeen(calls);
  const target = call && document.getElementById(decodeURIComponent(call.hash.slice(1)));
  if (!target) return void say("There is no note further down.");
  leave();
  callLeft = call;
  closeNote();
  bringIntoView(target);
  const label = target.querySelector("a.label") ?? target;
  if (label === target) target.setAttribute("tabindex", "-1");
  label.focus({ preventScroll: true });
  say(target.textContent.trim().replace(/\s+/g, " "));
}

function nextNote() {
  const calls = [...document.querySelectorAll(CALL)];
  const at = calls.indexOf(document.activeElement);
  const next = at >= 0 ? calls[at + 1] : firstSeen(calls);
  if (!next) return void say("There is no note further down.");
  leave();
  bringIntoView(next);
  next.focus({ preventScroll: true });
}

function filter() {
  const menu = document.getElementById("pick-themes");
  if (!menu) return false;
  menu.open = true;
  menu.querySelector(".menu a")?.focus();
}

function press(selector) {
  const found = document.querySelector(selector);
  if (!found) return false;
  found.click();
}

function onClick(event) {
  const ear = event.target.closest?.("#text .ear, .popover .ear");
  const card = ear && document.querySelector(`#margin [id="${ear.hash.slice(1)}"]`);
  if (!ear || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  leave();
  if (card?.matches(CARD)) goTo(card);
  else stack.open(Number(ear.dataset.at), ear);
}

/** From the words on a card to the words in the text. */
function toText(event) {
  const card = event.target.closest?.("a.quote")?.closest(CARD);
  if (card && event.detail === 0) goToPassage(card);
}

export function start() {
  bind("next", () => step(1));
  bind("previous", () => step(-1));
  bind("nextTheme", () => follow(1, "theme", themesOf));
  bind("previousTheme", () => follow(-1, "theme", themesOf));
  bind("nextReader", () => follow(1, "reader", (card) => [authorOf(card)]));
  bind("previousReader", () => follow(-1, "reader", (card) => [authorOf(card)]));
  for (const [name, act] of Object.entries({ card: toCard, list, note, nextNote, back, filter })) bind(name, act);
  bind("hide", () => press("#hide-annotations"));
  bind("news", () => press("#news [data-news]"));
  document.addEventListener("click", onClick);
  document.addEventListener("click", toText);
  const reading = () => (moving = false);
  for (const sign of ["wheel", "touchmove", "pointerdown"]) document.addEventListener(sign, reading, { passive: true });
  document.addEventListener("keydown", ({ key }) => /^(Arrow|Page|Home|End| )/.test(key) && reading());
  onChange((changed) => within(changed, "#reading") && (followed = null));
}
