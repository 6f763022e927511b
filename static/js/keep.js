/** Nothing moves under the reader's eyes: the line at the top of the window stays through a swap. */

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

export function start() {
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
