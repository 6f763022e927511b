/** On paper each highlighted passage carries the number of its annotation, which follows at the end. */

import { make } from "./dom.js";
import { rangeOf } from "./offsets.js";

function number() {
  const cards = [...document.querySelectorAll("#margin .card[data-start]")];
  const places = cards.map((card, at) => ({ end: Number(card.dataset.end), number: at + 1 }));
  // From the end on, so that what is put in does not move what is still to come.
  places.sort((a, b) => b.end - a.end || b.number - a.number);
  for (const place of places) {
    const range = rangeOf(place.end - 1, place.end);
    range?.collapse(false);
    range?.insertNode(make("sup", { class: "printed", "data-skip": "" }, `[${place.number}]`));
  }
}

function clear() {
  for (const sign of document.querySelectorAll("#text .printed")) {
    const around = sign.parentNode;
    sign.remove();
    around.normalize();
  }
}

export function start() {
  addEventListener("beforeprint", number);
  addEventListener("afterprint", clear);
}
