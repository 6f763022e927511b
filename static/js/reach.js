/**
 * A long passage in two taps: the word that it begins with, then, screens further on, the word that it
 * ends with. It begins from the menu, or from a selection that is to reach further.
 */

import { make, once, reader, say, text } from "./dom.js";
import { means } from "./keys.js";
import { blockOf, offsetOf, rangeOf, trimSelection } from "./offsets.js";
import * as selection from "./selection.js";
import { words } from "./segments.js";

let on = false;
// What the passage reaches from: a word, or what was selected.
let first = null;

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

/** The offset of a click in the text, or null. */
function offsetAt(event) {
  const place = document.caretPositionFromPoint?.(event.clientX, event.clientY);
  const range = place ? null : document.caretRangeFromPoint?.(event.clientX, event.clientY);
  const node = place?.offsetNode ?? range?.startContainer;
  const block = event.target.closest("#text .b[data-start]");
  if (!block) return null;
  return node && blockOf(node) === block ? offsetOf(node, place?.offset ?? range.startOffset) : offsetOf(block, 0);
}

/** The word at an offset of a block, or the one nearest to it. */
function wordAt(block, offset) {
  const far = (unit) => Math.max(unit.start - offset, offset - unit.end, 0);
  return words(block).reduce((best, unit) => (!best || far(unit) < far(best) ? unit : best), null);
}

function shorten(quote) {
  return quote.length > 70 ? `“${quote.slice(0, 30).trim()} … ${quote.slice(-30).trim()}”` : `“${quote}”`;
}

function reachTo(word) {
  if (!first) return begin({ ...word, root: text(), quote: "" });
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
  const offset = offsetAt(event);
  const word = offset === null ? null : wordAt(event.target.closest(".b"), offset);
  if (word) reachTo(word);
}

export function start() {
  addEventListener("click", onClick, true);
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
