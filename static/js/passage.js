/** Moves an annotation to another passage: select it in the text, then confirm. */

import { make, once, reader, say } from "./dom.js";
import { means } from "./keys.js";
import * as selection from "./selection.js";

let address = null;
let giveBack = null;
let from = null;

function bar() {
  return once("#passage-mode", () => {
    const made = make("section", { id: "passage-mode", class: "mode", "aria-label": "Change the passage", hidden: "" });
    const save = make("button", { type: "button", class: "button primary", "data-confirm": "" }, "Use this passage");
    const cancel = make("button", { type: "button", class: "button", "data-cancel": "" }, "Cancel");
    save.addEventListener("click", confirm);
    cancel.addEventListener("click", leave);
    // The selection must outlive the press on a button.
    made.addEventListener("pointerdown", (event) => event.target.closest("button") && event.preventDefault());
    const words = make("p", { class: "says" }, "Select the new passage, then confirm.");
    made.append(words, make("div", { class: "fault" }), make("p", { class: "actions" }, save, cancel));
    return made;
  });
}

function confirm() {
  if (selection.current()) selection.confirm();
  else {
    bar().querySelector(".fault").textContent = "Nothing is selected yet.";
    say("Nothing is selected yet.");
  }
}

function take(passage) {
  const { start, end, quote } = passage;
  const fault = bar().querySelector(".fault");
  fault.textContent = "";
  htmx.ajax("POST", address, { target: fault, swap: "innerHTML show:none", values: { start, end, quote } });
}

function enter(href, card = null) {
  address = href;
  from = card?.id ?? null;
  giveBack ??= selection.handTo({ take, quiet: true });
  bar().querySelector(".fault").textContent = "";
  bar().hidden = false;
  document.body.classList.add("choosing");
  say("Select the new passage, then confirm.");
}

function leave() {
  if (!address) return;
  address = null;
  giveBack?.();
  giveBack = null;
  bar().hidden = true;
  document.body.classList.remove("choosing");
  selection.forget();
  if (from) document.querySelector(`[id="${from}"]`)?.focus({ preventScroll: true });
}

export function start() {
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("[data-act=passage]");
    if (!link || !reader() || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    enter(link.getAttribute("href"), link.closest(".card"));
  });
  // The page of an annotation whose text has changed leads here: #passage=UUID.
  const asked = /^#passage=([0-9a-f-]{36})$/.exec(location.hash);
  if (asked && reader()) enter(`/annotations/${asked[1]}/passage/`);
  document.addEventListener("keydown", (event) => {
    if (means(event, "any", "close") && address && !event.defaultPrevented) leave();
  });
  document.body.addEventListener("apparatus:changed", leave);
}
