/**
 * A long passage in two taps: the word that it begins with, then, screens further on, the word that it
 * ends with. It begins from the menu, or from a selection that is to reach further.
 */

import { make, once, reader, say, text } from "./dom.js";
import { means } from "./keys.js";
import { blockOf, blocksIn, offsetOf, rangeOf, startOf, trimSelection } from "./offsets.js";
import * as selection from "./selection.js";
import { words } from "./segments.js";
import * as stack from "./stack.js";

let on = false;
// What the passage reaches from: a word, or what was selected.
let first = null;
// Where the finger was lifted last, and how long (ms) its click may take.
let lifted = null;
const SOON = 700;

function bar() {
  return once("#reach-mode", () => {
    const made = make("section", { id: "reach-mode", class: "mode reach", "aria-label": "Select from here to there", hidden: "" });
    const take = make("button", { type: "button", class: "button primary", "data-take": "", disabled: "" }, "Annotate");
    const anew = make("button", { type: "button", class: "button", "data-anew": "" }, "Begin anew");
    const cancel = make("button", { type: "button", class: "button", "data-cancel": "" }, "Cancel");
    take.addEventListener("click", confirm);
    anew.addEventListener("click", () => begin(null));
    cancel.addEventListener("click", () => leave());
    made.append(make("p", { class: "says" }), make("p", { class: "actions" }, take, anew, cancel));
    return made;
  });
}

function tell(message, aloud = message) {
  bar().querySelector(".says").textContent = message;
  bar().querySelector("[data-take]").disabled = !selection.current();
  say(aloud);
}

function begin(passage) {
  first = passage;
  selection.hold(passage, passage?.root);
  tell(passage ? "Scroll on, and tap the last word." : "Tap the first word.");
}

function enter(passage = null) {
  if (!reader()?.dataset.annotate) return;
  on = true;
  stack.close();
  document.body.classList.add("reaching");
  getSelection()?.removeAllRanges();
  bar().hidden = false;
  begin(passage);
}

/** Leaves the mode; the passage is forgotten unless somebody takes it. */
function leave(keep = false) {
  if (!on) return;
  on = false;
  first = null;
  document.body.classList.remove("reaching");
  bar().hidden = true;
  if (!keep) selection.forget();
}

function confirm() {
  leave(true);
  selection.confirm();
}

/** The offset of a tap in the text, kept inside the element that was hit; null outside of the text. */
function offsetAt({ x, y }) {
  const target = document.elementFromPoint(x, y);
  const block = target?.closest("#text .b[data-start]");
  if (!block) return null;
  const first = offsetOf(target, 0);
  const last = offsetOf(target, target.childNodes.length);
  const place = document.caretPositionFromPoint?.(x, y);
  const range = place ? null : document.caretRangeFromPoint?.(x, y);
  const node = place?.offsetNode ?? range?.startContainer;
  if (!node || blockOf(node) !== block) return first;
  return Math.min(Math.max(offsetOf(node, place?.offset ?? range.startOffset), first), last);
}

/** The word at an offset, or the one nearest to it in its block. */
function wordAt(offset) {
  const block = blocksIn(text()).findLast((one) => startOf(one) <= offset);
  const far = (unit) => Math.max(unit.start - offset, offset - unit.end, 0);
  return words(block).reduce((best, unit) => (!best || far(unit) < far(best) ? unit : best), null);
}

function shorten(quote) {
  return quote.length > 70 ? `“${quote.slice(0, 30).trim()} … ${quote.slice(-30).trim()}”` : `“${quote}”`;
}

function reachTo(word) {
  if (!first) return begin({ ...trimSelection(rangeOf(word.start, word.end)), root: text() });
  const range = rangeOf(Math.min(first.start, word.start), Math.max(first.end, word.end));
  const passage = trimSelection(range);
  if (!passage) return;
  selection.hold({ ...passage, root: text() });
  const cut = passage.trimmed ? " It runs past its end; this is the part that can be annotated." : "";
  tell(`${shorten(passage.quote)}${cut} Tap another last word, or take it.`);
}

function onClick(event) {
  if (!on || !(event.target instanceof Element) || event.target.closest("#reach-mode, .bar, #toast, #news")) return;
  // Nothing else is meant by a tap now: no note opens, no card, no link.
  event.preventDefault();
  event.stopPropagation();
  // A browser moves the click of a tap to the nearest thing that looks as if it could be clicked.
  const hit = lifted && event.timeStamp - lifted.timeStamp < SOON ? lifted : event;
  const offset = offsetAt(hit);
  const word = offset === null ? null : wordAt(offset);
  if (word) reachTo(word);
}

export function start() {
  addEventListener("click", onClick, true);
  addEventListener("pointerup", (event) => (lifted = event), true);
  document.addEventListener("click", (event) => {
    const extend = event.target.closest?.("#picker-extend");
    if (extend) enter(selection.current());
    if (!event.target.closest?.("#reach-select")) return;
    event.target.closest("details")?.removeAttribute("open");
    enter();
  });
  document.addEventListener("keydown", (event) => {
    if (!on || event.defaultPrevented || !means(event, "any", "close")) return;
    event.preventDefault();
    leave();
  });
  document.body.addEventListener("htmx:beforeSwap", (event) => event.detail.target?.id === "reading" && leave());
}
