/**
 * A passage by keyboard alone, by words, sentences and paragraphs, over as many blocks as it takes; the
 * keys stand in keys.js. A polite live region tells the words.
 */

import { bringIntoView, focusText, make, once, reader, say, text } from "./dom.js";
import { bind, meant } from "./keys.js";
import { blocksIn, offsetOf, rangeOf, regionOf, trimSelection } from "./offsets.js";
import * as selection from "./selection.js";
import { paragraph, sentences, words } from "./segments.js";

let on = false;
let blocks = [];
// The unit that was moved to, and how far the selection reaches from it: all in code points.
let anchor = null;
let head = 0;

const UNITS = { word: words, sentence: sentences, paragraph };
const unitsOf = (kind, block) => UNITS[kind](block);
const indexAt = (offset) => {
  const at = blocks.findIndex((block) => Number(block.dataset.start) > offset);
  return (at < 0 ? blocks.length : at) - 1;
};

/** The first unit from `index` on (in the direction of `by`) that `fits`, over all blocks. */
function find(kind, index, by, fits, region) {
  for (let i = index; i >= 0 && i < blocks.length; i += by) {
    if (region !== undefined && regionOf(blocks[i]) !== region) return null;
    const units = unitsOf(kind, blocks[i]);
    const found = by > 0 ? units.find(fits) : units.findLast(fits);
    if (found) return found;
  }
  return null;
}

const ends = () => (head < anchor.start ? [head, anchor.end] : [anchor.start, Math.max(head, anchor.end)]);

function move(kind, by) {
  const [start, end] = ends();
  const unit =
    by > 0
      ? find(kind, indexAt(end), 1, (u) => u.start >= end)
      : find(kind, indexAt(start), -1, (u) => u.start < start);
  if (unit) set(unit, unit.end);
}

function extend(kind, by) {
  const region = regionOf(blocks[indexAt(anchor.start)]);
  const at = indexAt(head);
  if (by > 0 && head >= anchor.end) {
    const unit = find(kind, at, 1, (u) => u.end > head, region);
    if (unit) set(anchor, unit.end);
  } else if (by > 0) {
    const unit = find(kind, at, 1, (u) => u.start > head, region);
    set(anchor, !unit || unit.start >= anchor.start ? anchor.end : unit.start);
  } else if (head > anchor.end) {
    const unit = find(kind, at, -1, (u) => u.end < head, region);
    set(anchor, Math.max(unit?.end ?? 0, anchor.end));
  } else {
    const from = Math.min(head, anchor.start);
    const unit = find(kind, indexAt(from), -1, (u) => u.start < from, region);
    if (unit) set(anchor, unit.start);
  }
}

function set(unit, reach) {
  anchor = unit;
  head = reach;
  const [start, end] = ends();
  const range = rangeOf(start, end);
  const passage = trimSelection(range);
  if (!passage) return;
  selection.hold({ ...passage, root: text() });
  bringIntoView(rangeOf(Math.max(head - 1, 0), head) ?? range, 160);
  repeat();
}

/** Says what is selected: all of it when it is short, else how it begins and ends. */
function repeat() {
  const { quote } = selection.current();
  const words = quote.length > 300 ? `${quote.slice(0, 140)} … ${quote.slice(-140)}` : quote;
  // A region that is given the same words again says nothing.
  say(document.getElementById("live")?.textContent === words ? `${words}\u00a0` : words);
}

/** To the first or the last word of the text or, with Shift, of the part that the selection lies in. */
function toEnd(by, extending) {
  const region = regionOf(blocks[indexAt(anchor.start)]);
  const within = extending ? region : null;
  const there = blocks.filter((block) => regionOf(block) === within);
  const all = by > 0 ? there.reverse() : there;
  const block = all.find((one) => words(one).length);
  const unit = block && (by > 0 ? words(block).at(-1) : words(block)[0]);
  if (!unit) return;
  if (extending) set(anchor, by > 0 ? unit.end : unit.start);
  else set(unit, unit.end);
}

function firstWord() {
  const chosen = selection.current();
  if (chosen && chosen.root === text()) return { start: chosen.start, end: chosen.end };
  const here = document.activeElement?.closest("#text .b") && document.activeElement;
  if (here) {
    const offset = Number(here.dataset.at ?? offsetOf(here, 0));
    const unit = find("word", indexAt(offset), 1, (u) => u.end > offset);
    if (unit) return unit;
  }
  const line = (document.getElementById("bar")?.offsetHeight ?? 0) + 8;
  const seen = blocks.findIndex((block) => block.getBoundingClientRect().top >= line);
  return find("word", Math.max(seen, 0), 1, () => true) ?? find("word", 0, 1, () => true);
}

function bar() {
  return once("#kbd-mode", () => {
    const made = make("div", {
      id: "kbd-mode",
      class: "mode",
      role: "application",
      tabindex: "0",
      "aria-label": "Select a passage by keyboard",
      hidden: "",
    });
    const keys = [
      [["←", "→"], "word"],
      [["↑", "↓"], "sentence"],
      [["Page ↑", "Page ↓"], "paragraph"],
      [["Shift"], "with any of these extends"],
      [["Enter"], "takes it"],
      [["Esc"], "leaves"],
    ];
    const help = make("p", { class: "keys" });
    for (const [names, does] of keys) {
      help.append(make("span", {}, ...names.map((name) => make("kbd", {}, name)), ` ${does}`), " ");
    }
    made.append(help);
    return made;
  });
}

/** Begins at what is selected or has the focus, else at the first word in view; false where nothing can be tagged. */
export function enter() {
  if (on || !reader()?.dataset.annotate) return false;
  blocks = blocksIn(text());
  const unit = blocks.length ? firstWord() : null;
  if (!unit) return false;
  on = true;
  document.body.classList.add("kbd");
  bar().hidden = false;
  bar().focus({ preventScroll: true });
  getSelection()?.removeAllRanges();
  set(unit, unit.end);
}

export function leave(keep = false) {
  if (!on) return;
  on = false;
  document.body.classList.remove("kbd");
  const had = bar().contains(document.activeElement);
  bar().hidden = true;
  if (keep) return;
  selection.forget();
  if (had) focusText();
}

function onKey(event) {
  if (!on || event.defaultPrevented || document.querySelector("dialog[open]")) return;
  const [command] = [...meant(event, "select"), ...meant(event, "any")];
  const [, kind, back] = /^(word|sentence|paragraph)(Back)?$/.exec(command) ?? [];
  if (kind) (event.shiftKey ? extend : move)(kind, back ? -1 : 1);
  else if (command === "first" || command === "last") toEnd(command === "last" ? 1 : -1, event.shiftKey);
  else if (command === "repeat") repeat();
  else if (command === "take") {
    leave(true);
    focusText();
    selection.confirm();
  } else if (command === "close") leave();
  else return;
  event.preventDefault();
  event.stopPropagation();
}

export function start() {
  document.addEventListener("keydown", onKey, true);
  bind("select", () => (document.querySelector("#composer.open") ? false : enter()));
  document.addEventListener("click", (event) => {
    if (!event.target.closest?.("#kbd-select")) return;
    event.target.closest("details")?.removeAttribute("open");
    enter();
  });
  document.addEventListener("pointerdown", (event) => {
    if (on && !event.target.closest?.("#kbd-mode")) leave();
  });
  document.body.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.target?.id === "reading") leave();
  });
}
