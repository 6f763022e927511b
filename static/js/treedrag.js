/** Dragging themes by their handle, with a mouse, a pen or a finger. */

import { perFrame, say } from "./dom.js";
import { above, byKey, fold, itemOf, nameOf, rowOf } from "./tree.js";
import { listBelow, release, settle, spotOf } from "./treemoves.js";

const FAR = 4;
const UNFOLDS = 600;
const EDGE = 56;
let drag = null;

function begin(event) {
  const item = event.target instanceof Element && event.target.closest(".dots") ? itemOf(event.target) : null;
  if (!item || event.button !== 0 || drag) return;
  event.preventDefault();
  release();
  drag = { pk: item.dataset.pk, x: event.clientX, y: event.clientY, id: event.pointerId, ghost: null, over: null, zone: "" };
}

function lift() {
  const item = byKey(drag.pk);
  if (!item) return void end();
  drag.ghost = rowOf(item).querySelector(".chip").cloneNode(true);
  drag.ghost.className += " drag-ghost";
  drag.ghost.removeAttribute("href");
  document.body.append(drag.ghost);
  document.body.classList.add("dragging");
  item.classList.add("dragged");
}

function clear() {
  for (const one of document.querySelectorAll("#themes :is(.over-before, .over-after, .into)"))
    one.classList.remove("over-before", "over-after", "into");
}

/** What lies under the pointer: a theme that is not dragged along, and which part of its row. */
function aim() {
  const hit = document.elementFromPoint(drag.x, drag.y);
  let item = itemOf(hit);
  if (!item && hit?.closest("#codebook-tree")) item = nearest();
  const own = byKey(drag.pk);
  if (!item || !own || own.contains(item)) return [null, ""];
  const box = rowOf(item).getBoundingClientRect();
  const part = (drag.y - box.top) / box.height;
  if (part < 0.3) return [item, "before"];
  if (part <= 0.7) return [item, "into"];
  const first = item.getAttribute("aria-expanded") === "true" && item.querySelector(":scope > ul > li:not(.unfit)");
  if (first && first !== own) return [first, "before"];
  return [item, "after"];
}

/** The row that is next to the pointer, where it lies between or beside rows. */
function nearest() {
  const rows = [...document.querySelectorAll("#themes li[data-pk]")].filter((one) => one.checkVisibility());
  const distance = (one) => {
    const box = rowOf(one).getBoundingClientRect();
    return Math.abs((box.top + box.bottom) / 2 - drag.y);
  };
  return rows.reduce((best, one) => (best && distance(best) <= distance(one) ? best : one), null);
}

function show() {
  if (!drag?.ghost) return;
  drag.ghost.style.setProperty("left", `${drag.x + 12}px`);
  drag.ghost.style.setProperty("top", `${drag.y + 10}px`);
  const [item, zone] = aim();
  if (item === drag.over && zone === drag.zone) return;
  clear();
  clearTimeout(drag.timer);
  Object.assign(drag, { over: item, zone });
  item?.classList.add(zone === "into" ? "into" : `over-${zone}`);
  if (zone === "into" && item.getAttribute("aria-expanded") === "false") drag.timer = setTimeout(() => fold(item, false), UNFOLDS);
}

const showSoon = perFrame(show);

function scrollAtEdges() {
  if (!drag?.ghost) return;
  const top = (document.getElementById("bar")?.offsetHeight ?? 0) + EDGE;
  if (drag.y < top) scrollBy(0, -Math.ceil((top - drag.y) / 5));
  else if (drag.y > innerHeight - EDGE) scrollBy(0, Math.ceil((drag.y - innerHeight + EDGE) / 5));
  show();
  requestAnimationFrame(scrollAtEdges);
}

function move(event) {
  if (event.pointerId !== drag?.id) return;
  const from = drag;
  const far = Math.hypot(event.clientX - from.x, event.clientY - from.y) > FAR;
  if (!drag.ghost && !far) return;
  Object.assign(drag, { x: event.clientX, y: event.clientY });
  if (!drag.ghost) {
    lift();
    requestAnimationFrame(scrollAtEdges);
  }
  showSoon();
}

function end() {
  if (!drag) return;
  clearTimeout(drag.timer);
  drag.ghost?.remove();
  clear();
  document.body.classList.remove("dragging");
  document.querySelector("#themes .dragged")?.classList.remove("dragged");
  drag = null;
}

function drop(event) {
  if (event.pointerId !== drag?.id) return;
  if (drag.ghost) show();
  const { over, zone, ghost } = drag;
  const item = byKey(drag.pk);
  end();
  if (!ghost || !over || !item) return;
  const spot = spotOf(item);
  if (zone === "into") {
    fold(over, false);
    listBelow(over).append(item);
  } else over[zone](item);
  settle(item, spot);
}

function cancel(event) {
  if (!drag) return;
  if (event.type === "keydown" && event.key !== "Escape") return;
  const item = byKey(drag.pk);
  end();
  if (item) say(`${nameOf(item)} stays where it was${above(item) ? `, under ${nameOf(above(item))}` : ""}.`);
}

export function start() {
  document.addEventListener("pointerdown", begin);
  document.addEventListener("pointermove", move);
  document.addEventListener("pointerup", drop);
  document.addEventListener("pointercancel", cancel);
  document.addEventListener("keydown", cancel);
}
