/**
 * The form for a new annotation, which the server makes, opened at the picked passage. The keys that work
 * in it, and in the forms that stand in for a card, are those of typing.js; here is only Escape.
 */

import { focusText, isPhone, isTaken, isWide, make, reader, text } from "./dom.js";
import { means } from "./keys.js";
import { rangeOf } from "./offsets.js";
import * as selection from "./selection.js";

const slot = () => document.getElementById("composer");
let passage = null;
let back = null;

export const isOpen = () => Boolean(slot()?.classList.contains("open"));

/** Asks the server for the form of a passage and opens it beside the passage. */
export async function open(picked) {
  passage = picked;
  back = document.activeElement;
  const address = new URL(reader().dataset.annotate, location.href);
  address.searchParams.set("start", picked.start);
  address.searchParams.set("end", picked.end);
  // From here on the passage is marked by its own highlight.
  getSelection()?.removeAllRanges();
  try {
    await htmx.ajax("GET", address.pathname + address.search, { target: "#composer", swap: "innerHTML show:none" });
  } catch {
    close();
  }
}

/** Closes the form, gives the focus back to the text and forgets the passage. */
export function close() {
  const box = slot();
  if (!box) return;
  const had = box.contains(document.activeElement);
  box.classList.remove("open");
  box.replaceChildren();
  passage = null;
  selection.forget();
  if (had || document.activeElement === document.body) {
    if (back?.isConnected && back !== document.body) back.focus({ preventScroll: true });
    else focusText();
  }
}

/** The form sends the words that the user saw, so that the server can tell when it has others. */
function fill(form) {
  if (!passage) return;
  for (const name of ["start", "end", "quote"]) {
    const field = form.elements.namedItem(name);
    if (field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement) field.value = passage[name];
  }
  if (passage.trimmed && !form.querySelector(".trimmed")) {
    const words = "Your selection ran past its end; this is the part that is annotated.";
    form.prepend(make("p", { class: "hint trimmed" }, words));
  }
}

/** Below the passage where there is room, else above it or beside; a phone has a sheet instead. */
export function place() {
  const box = slot();
  if (!box || !isOpen()) return;
  if (isPhone() || !passage) {
    box.style.removeProperty("left");
    box.style.removeProperty("top");
    return;
  }
  const lines = [...(rangeOf(passage.start, passage.end, passage.root)?.getClientRects() ?? [])];
  const shown = lines.filter((line) => line.width);
  if (!shown.length) return;
  const bar = document.getElementById("bar")?.offsetHeight ?? 0;
  const last = shown[shown.length - 1];
  const first = shown[0];
  const height = box.offsetHeight;
  let top = last.bottom + 10;
  if (top + height > innerHeight - 8) top = first.top - height - 10;
  const beside = top < bar + 8;
  if (beside) top = Math.max(bar + 8, Math.min(first.top, innerHeight - height - 8));
  const column = text().getBoundingClientRect();
  // Where there is no room above or below, the margin gives way: the passage stays in sight.
  const wanted = beside && isWide() ? column.right + 10 : Math.max(last.left, column.left);
  const left = Math.min(wanted, innerWidth - box.offsetWidth - 12);
  box.style.left = `${Math.max(left, 12) + scrollX}px`;
  box.style.top = `${top + scrollY}px`;
}

function show() {
  const box = slot();
  const form = box?.querySelector("form");
  if (!form) {
    if (box && !box.childElementCount) box.classList.remove("open");
    return;
  }
  const fresh = !box.classList.contains("open");
  box.classList.add("open");
  fill(form);
  place();
  const wrong = form.querySelector("[aria-invalid=true], [role=alert]");
  if (fresh || wrong || !box.contains(document.activeElement)) focusIn(form);
  if (passage) selection.hold(passage, passage.root);
}

/** Gives the focus to what is to be filled in first. */
export function focusIn(form) {
  const first = form.querySelector("[aria-invalid=true]") ?? form.querySelector("input[name=themes]") ?? form.querySelector("textarea");
  // On a phone a text field would raise the keyboard over the passage; a theme does not.
  (first ?? form.querySelector("button"))?.focus({ preventScroll: true });
}

function cancel(form) {
  if (form.closest("#composer")) return close();
  const card = form.closest("[data-start], .cards > *");
  form.querySelector("[data-cancel]")?.click();
  card?.focus?.({ preventScroll: true });
}

function onKey(event) {
  const form = event.target instanceof Element ? event.target.closest("form.composer, #composer form") : null;
  if (!form) return;
  if (!means(event, "any", "close")) return;
  event.preventDefault();
  event.stopPropagation();
  cancel(form);
}

function onClick(event) {
  const button = event.target.closest?.("#composer [data-cancel]");
  if (!button) return;
  event.preventDefault();
  close();
}

export function start() {
  selection.handTo({ take: open });
  // In the capture phase: Escape in a form closes the form, and nothing behind it.
  document.addEventListener("keydown", onKey, true);
  document.addEventListener("click", onClick);
  document.addEventListener("keydown", (event) => {
    if (means(event, "any", "close") && isOpen() && !isTaken(event)) close();
  });
  document.body.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.target?.id === "composer") show();
  });
  // Only once the answer is swapped in: htmx looks up its targets from the form that it sent.
  const closeAfter = ({ target }) => target.closest?.("#composer") && setTimeout(close);
  document.body.addEventListener("apparatus:changed", closeAfter);
  // What could not be sent yet waits elsewhere.
  document.body.addEventListener("apparatus:done", closeAfter);
  addEventListener("resize", place);
}
