/**
 * From a selection by mouse, touch or keyboard to a passage.
 *
 * A passage is picked when the user has selected words; it is confirmed by the button beside it, by
 * `a` or by Enter. Who takes a confirmed passage is set by `handTo`: the composer, or the bar that
 * moves an annotation to another passage, which has a button of its own (`quiet`).
 */

import { isControl, isTaken, make, once, perFrame, reader, text } from "./dom.js";
import { clear, paint } from "./highlight.js";
import { bind, means } from "./keys.js";
import { blockOf, rangeOf, trimSelection } from "./offsets.js";

const TOUCH_DELAY = 350;
let picked = null;
let taker = null;
let pointerDown = false;
let byTouch = false;
let waiting = 0;
let pending = null;

export const current = () => picked;

/** Sets who takes a confirmed passage (`{take, quiet}`); gives a way back. */
export function handTo(next) {
  const before = taker;
  taker = next;
  show();
  return () => {
    taker = before;
    show();
  };
}

/** Marks a passage as picked and keeps it marked, whatever becomes of the browser's own selection. */
export function hold(passage, root = text()) {
  picked = passage;
  paint("picked", passage ? [rangeOf(passage.start, passage.end, root)] : []);
}

/** Forgets the passage and takes the browser's selection away. */
export function forget() {
  picked = null;
  clear("picked");
  getSelection()?.removeAllRanges();
  show();
}

export function confirm() {
  if (!picked || !taker) return false;
  const passage = picked;
  hold(passage, passage.root);
  hide();
  taker.take(passage);
  return true;
}

function rootOf(node) {
  const element = node.nodeType === Node.ELEMENT_NODE ? node : node.parentElement;
  return element?.closest(".popover") ?? text();
}

/** Reads the browser's selection; the passage it means, or null. */
function read() {
  const selection = getSelection();
  if (!text() || !selection?.rangeCount || selection.isCollapsed) return null;
  const range = selection.getRangeAt(0);
  const root = rootOf(range.startContainer);
  if (!range.intersectsNode(root) && !root.contains(range.commonAncestorContainer)) return null;
  const passage = trimSelection(range, root);
  return passage && { ...passage, root };
}

function button() {
  return once("#picker", () => {
    const made = make("div", { id: "picker", class: "picker", role: "region", "aria-label": "Selection", hidden: "" });
    const act = make("button", { type: "button", class: "button primary", id: "picker-annotate" }, "Annotate");
    // The selection must outlive the press on the button.
    made.addEventListener("pointerdown", (event) => event.preventDefault());
    const extend = make("button", { type: "button", class: "button", id: "picker-extend" }, "Reach further");
    act.addEventListener("click", confirm);
    made.append(act, extend, make("kbd", { "aria-hidden": "true" }, "a"));
    return made;
  });
}

function hide() {
  button().hidden = true;
}

function show() {
  if (!picked || !taker || taker.quiet) return hide();
  const box = button();
  box.classList.toggle("touch", byTouch);
  box.hidden = false;
  if (byTouch) {
    box.style.removeProperty("left");
    box.style.removeProperty("top");
    return;
  }
  const range = rangeOf(picked.start, picked.end, picked.root);
  const lines = range ? [...range.getClientRects()].filter((line) => line.width) : [];
  if (!lines.length) return;
  const last = lines[lines.length - 1];
  const left = Math.min(Math.max(last.right - box.offsetWidth / 2, 8), innerWidth - box.offsetWidth - 8);
  box.style.left = `${left + scrollX}px`;
  box.style.top = `${last.bottom + scrollY + 8}px`;
}

function refresh() {
  // While a passage is chosen by keyboard or by taps, the browser's own selection means nothing.
  if (document.querySelector("#composer.open") || document.body.matches(".kbd, .reaching")) return;
  const found = reader()?.dataset.annotate ? read() : null;
  picked = found;
  if (found) show();
  else hide();
}

/** Shows the user what was meant when a selection has spilled: the browser's selection is trimmed too. */
function settle() {
  refresh();
  if (!picked?.trimmed) return;
  const selection = getSelection();
  const range = rangeOf(picked.start, picked.end, picked.root);
  selection.removeAllRanges();
  selection.addRange(range);
}

function onKey(event) {
  if (!isTaken(event) && picked && taker && means(event, "any", "close")) forget();
}

function atOnce() {
  clearTimeout(waiting);
  const act = pending;
  pending = null;
  act?.();
}

function soon(delay, act) {
  clearTimeout(waiting);
  pending = act;
  waiting = setTimeout(atOnce, delay);
}

function byKey(event) {
  // Enter on a link or a button is theirs.
  if (event.key === "Enter" && isControl(event.target)) return false;
  // Who is quick with the key means what is selected now, not what was a moment ago.
  atOnce();
  return confirm();
}

export function start() {
  document.addEventListener("pointerdown", (event) => {
    byTouch = event.pointerType === "touch";
    pointerDown = true;
    document.body.classList.toggle("selecting", !byTouch && Boolean(blockOf(event.target)));
  });
  const released = () => {
    pointerDown = false;
    document.body.classList.remove("selecting");
    // After a click the browser drops the old selection only once the event is over.
    soon(byTouch ? TOUCH_DELAY : 10, settle);
  };
  document.addEventListener("pointerup", released);
  document.addEventListener("pointercancel", released);
  document.addEventListener("selectionchange", () => {
    if (getSelection()?.isCollapsed) soon(60, refresh);
    else if (!pointerDown || byTouch) soon(byTouch ? TOUCH_DELAY : 200, refresh);
  });
  document.addEventListener("keydown", onKey);
  bind("annotate", byKey);
  addEventListener("resize", perFrame(() => !button().hidden && show()));
}
