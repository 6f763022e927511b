/** Who had the focus in a card has it in what takes its place: the first field of a form, or the card. */

import { onChange, within } from "./changes.js";
import { focusIn } from "./composer.js";

let held = null;

function restore() {
  if (document.activeElement && document.activeElement !== document.body) return;
  const card = document.querySelector(`${held.panel} [id="${held.id}"]`);
  const form = card?.querySelector("form.composer");
  if (form) focusIn(form);
  else card?.focus({ preventScroll: true });
}

export function start() {
  document.addEventListener("htmx:beforeSwap", () => {
    const card = document.activeElement?.closest?.(".card[id]");
    held = card && { id: card.id, panel: card.closest("#stack") ? "#stack" : "#margin" };
  });
  onChange((changed) => {
    if (!held || !within(changed, "#margin, #stack")) return;
    restore();
    held = null;
  });
}
