/**
 * On a phone what opens comes as a sheet from below, which follows the finger at its handle: dragged up it
 * grows; dragged down it goes back to its size, then out of the way.
 */

import { isPhone, make } from "./dom.js";

// A drag of this many px, or this speed in px a millisecond, is meant.
const FAR = 90;
const FAST = 0.6;
const sheets = [];

/** Makes an element a sheet. `handle` is where it can be taken; `down(box)` what a drag down does in the end. */
export const draggable = (id, handle, down) => sheets.push({ id, handle: `#${id} :is(${handle})`, down });

/** The handle, put into a sheet before what it holds. */
export function grip(box, inside = box) {
  if (!box.querySelector(".grip")) inside.prepend(make("div", { class: "grip", "aria-hidden": "true" }));
}

function settle({ down }, box, by, speed) {
  if (by > FAR || speed > FAST) {
    if (box.classList.contains("tall") && by < 2.5 * FAR) box.classList.remove("tall");
    else down(box);
  } else if (by < -FAR / 2 || speed < -FAST) {
    if (box.classList.contains("low")) box.classList.remove("low");
    else box.classList.add("tall");
  }
}

function drag(event) {
  const sheet = isPhone() && sheets.find(({ handle }) => event.target.closest?.(handle));
  if (!sheet || event.target.closest("a, button")) return;
  const handle = event.target.closest(sheet.handle);
  const box = document.getElementById(sheet.id);
  const from = event.clientY;
  const began = event.timeStamp;
  handle.setPointerCapture(event.pointerId);
  box.classList.add("dragged");
  const move = (now) => box.style.setProperty("--pulled", `${Math.max(now.clientY - from, -40)}px`);
  const end = (now) => {
    for (const name of ["pointermove", "pointerup", "pointercancel"]) handle.removeEventListener(name, name === "pointermove" ? move : end);
    box.classList.remove("dragged");
    box.style.removeProperty("--pulled");
    const by = now.clientY - from;
    if (now.type === "pointerup") settle(sheet, box, by, by / Math.max(now.timeStamp - began, 1));
  };
  handle.addEventListener("pointermove", move);
  handle.addEventListener("pointerup", end);
  handle.addEventListener("pointercancel", end);
}

export function start() {
  document.addEventListener("pointerdown", drag);
  // The form goes out of the way of the passage, and is not closed: what is written in it stays.
  draggable("composer", ".grip", (box) => box.classList.add("low"));
  document.addEventListener("htmx:beforeSwap", ({ detail }) => {
    if (detail.target?.id === "composer" && !detail.target.matches(".open")) detail.target.classList.remove("low", "tall");
  });
  document.addEventListener("htmx:afterSwap", ({ detail }) => {
    if (detail.target?.id === "composer" && detail.target.childElementCount) grip(detail.target);
  });
  document.addEventListener("focusin", (event) => event.target.closest?.("#composer.low")?.classList.remove("low"));
}
