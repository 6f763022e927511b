/**
 * Nothing moves under the reader's eyes: the line at the top of the window stays through a swap, and a
 * form in which somebody writes stays where it is.
 */

import { onChange, within } from "./changes.js";

let place = null;

function firstSeen() {
  const line = (document.getElementById("bar")?.offsetHeight ?? 0) + 1;
  for (const block of document.querySelectorAll("#text .b[id]")) {
    const box = block.getBoundingClientRect();
    if (box.bottom > line) return { id: block.id, top: box.top };
  }
  return null;
}

function restore() {
  const block = place && document.getElementById(place.id);
  if (!block) return;
  const by = block.getBoundingClientRect().top - place.top;
  if (Math.abs(by) >= 1) scrollBy({ top: by, behavior: "instant" });
}

const WRITTEN = "form[data-draft]:not([data-done])";

/** New cards into a group in which somebody writes: a card that has an unsaved form in it stays. */
function merge(group, brought) {
  const kept = [...group.children].filter((child) => child.querySelector(WRITTEN));
  for (const child of [...group.children]) if (!kept.includes(child)) child.remove();
  let before = kept[0] ?? null;
  for (const card of [...brought.children]) {
    const own = kept.find(({ id }) => id === card.id);
    if (own) before = own.nextElementSibling;
    else group.insertBefore(card, before);
  }
  htmx.process(group);
}

function keepForms({ detail }) {
  const { target } = detail;
  if (!detail.shouldSwap || !target.querySelector(WRITTEN)) return;
  if (target.id === "composer") detail.shouldSwap = false;
  else if (target.matches(".cards")) {
    detail.shouldSwap = false;
    merge(target, detail.fragment.firstElementChild);
  }
}

export function start() {
  document.body.addEventListener("htmx:oobBeforeSwap", keepForms);
  document.addEventListener("htmx:beforeSwap", (event) => {
    // The bar's own count of notices is no change of the text.
    if (event.target.id !== "notice-count") place = scrollY > 0 ? firstSeen() : null;
  });
  onChange((changed) => {
    if (!place || !within(changed, "#reading")) return;
    restore();
    place = null;
  });
  // Only what changes the whole text has an address of its own; htmx gives one to every boosted link,
  // whatever its hx-push-url says.
  document.addEventListener("htmx:beforeHistoryUpdate", ({ detail }) => {
    if (detail.target?.id === "reading") return;
    Object.assign(detail.history, { type: "replace", path: location.pathname + location.search + location.hash });
  });
}
