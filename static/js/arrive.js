/**
 * The annotation or reply that the address names (`#a-UUID`, `#r-UUID`): its card is lit and shown
 * beside its passage, or in the panel where there is no margin or the card is folded away.
 */

import { activate, show } from "./cards.js";
import { isWide, text } from "./dom.js";
import * as stack from "./stack.js";

function arrive() {
  const id = location.hash.slice(1);
  if (!/^[ar]-[0-9a-f-]{36}$/.test(id) || !text()) return;
  const named = document.querySelector(`#margin [id="${id}"]`);
  named?.closest("details")?.setAttribute("open", "");
  named?.classList.add("named");
  const card = named?.closest(".card");
  if (card && isWide()) {
    activate(card);
    show(card);
    card.focus({ preventScroll: true });
    return;
  }
  const start = card?.dataset.start ?? new URLSearchParams(location.search).get("find")?.split("-")[0];
  if (/^\d+$/.test(start ?? "")) stack.open(Number(start), text(), id);
}

export function start() {
  addEventListener("hashchange", arrive);
  // After the browser has gone to where the address leads by itself.
  if (document.readyState === "complete") arrive();
  else addEventListener("load", arrive, { once: true });
}
