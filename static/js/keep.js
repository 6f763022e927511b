/** Nothing moves under the reader's eyes: the line at the top of the window stays through a swap. */

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
  document.body.addEventListener("htmx:beforeSwap", () => (place = scrollY > 0 ? firstSeen() : null));
  document.body.addEventListener("htmx:afterSwap", restore);
  document.body.addEventListener("htmx:afterSettle", () => {
    restore();
    place = null;
  });
}
