/**
 * The list of a set's annotations: filters that act at once, ticks by mouse and keys, and the panel that
 * says what will be done. Without this module the list is one form.
 */

import * as changes from "./changes.js";
import { make } from "./dom.js";
import * as times from "./times.js";
import * as toast from "./toast.js";

const FOLDED = 100;
const root = document.documentElement;
root.classList.add("js");
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
const number = new Intl.NumberFormat();
let last = null;

const boxes = () => [...document.querySelectorAll(".annotations .tick input:not(:disabled)")];
const ticked = () => boxes().filter((box) => box.checked);

/** Says how many are ticked, and shows what can be done to them. */
function count() {
  const dock = document.getElementById("dock");
  if (!dock || "all" in dock.dataset) return;
  const some = ticked().length;
  dock.classList.toggle("some", some > 0);
  document.getElementById("chosen").textContent = some ? `${number.format(some)} chosen` : "Tick annotations, then say what is to be done.";
  for (const button of dock.querySelectorAll("[data-page], [data-clear]")) button.hidden = false;
  if (!some) document.getElementById("panel")?.replaceChildren();
}

/** Ticks all that are on the page, or none. */
function every(on) {
  for (const box of boxes()) box.checked = on;
  count();
}

/** Ticks or unticks all from one box to another, both included. */
function range(from, to, on) {
  const all = boxes();
  const ends = [all.indexOf(from), all.indexOf(to)];
  if (ends.includes(-1)) return;
  for (const box of all.slice(Math.min(...ends), Math.max(...ends) + 1)) box.checked = on;
}

function onClick(event) {
  const cancel = event.target.closest("#panel [data-cancel]");
  if (cancel) {
    event.preventDefault();
    document.getElementById("panel").replaceChildren();
    (ticked()[0] ?? document.getElementById("chosen")).focus();
    return;
  }
  if (event.target.closest("[data-page], [data-clear]")) return void every(event.target.closest("[data-page]") !== null);
  const box = event.target.closest(".annotations .tick input");
  if (!box) return;
  if (event.shiftKey && last && last !== box) range(last, box, box.checked);
  last = box;
  count();
}

/** On a tick: up and down to the next ones, with Shift ticking on the way; Ctrl+A all; Escape none. */
function onKey(event) {
  if (event.key === "Escape" && event.target.closest("#panel")) return void event.target.closest("#panel").querySelector("[data-cancel]")?.click();
  const box = event.target.closest(".annotations .tick input");
  if (!box || event.altKey) return;
  const all = boxes();
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key] ?? 0;
  if (step) {
    const next = all[all.indexOf(box) + step];
    if (next && event.shiftKey) [box.checked, next.checked] = [true, true];
    next?.focus();
    last = next ?? last;
  } else if (event.key.toLowerCase() === "a" && (event.ctrlKey || event.metaKey)) every(true);
  else if (event.key === "Escape") every(false);
  else return;
  event.preventDefault();
  count();
}

const plain = (words) => words.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

/** Above a long list of boxes a field that shows those with these letters. */
function finders(within) {
  for (const box of within.querySelectorAll(".box[data-find]")) {
    const labels = [...box.querySelectorAll("label")];
    if (labels.length < 13) continue;
    const field = make("input", { type: "search", class: "box-find", placeholder: "Find", "aria-label": `${box.dataset.find}: show those with` });
    field.addEventListener("input", (event) => {
      event.stopPropagation();
      const letters = plain(field.value.trim());
      for (const label of labels) label.hidden = !plain(label.textContent).includes(letters) && !label.querySelector(":checked");
    });
    field.addEventListener("change", (event) => event.stopPropagation());
    field.addEventListener("keydown", (event) => event.key === "Enter" && event.preventDefault());
    delete box.dataset.find;
    box.before(field);
  }
}

/** How many boxes of a filter are ticked, said where it is folded. */
function told(details) {
  const now = details.querySelector(".now");
  const on = details.querySelectorAll(":checked").length;
  now.dataset.none ??= /^\d/u.test(now.textContent) ? "all" : now.textContent;
  now.textContent = on ? `${on} chosen` : now.dataset.none;
}

document.addEventListener("click", onClick);
document.addEventListener("keydown", onKey);
document.addEventListener("change", (event) => {
  const details = event.target.closest(".several");
  if (details) told(details);
});
document.addEventListener("formdata", ({ target, formData }) => {
  if (target.id !== "choose") return;
  // A server takes so many fields and no more: many ticks go as one.
  const all = formData.getAll("a");
  if (all.length <= FOLDED) return;
  formData.delete("a");
  formData.set("ticked", all.join(" "));
});
document.body.addEventListener("htmx:configRequest", ({ detail }) => {
  if (detail.elt.id !== "narrow") return;
  // A short address: what is not asked for is not in it.
  for (const [name, value] of [...detail.formData]) if (!value || (name === "sort" && value === "text")) detail.formData.delete(name);
});
document.body.addEventListener("htmx:afterSettle", ({ detail }) => {
  const heading = detail.target.querySelector?.("#panel-is") ?? document.getElementById("panel-is");
  if (detail.requestConfig?.target?.id === "panel") heading?.focus();
});

const narrow = document.getElementById("narrow");
if (narrow && zone && zone !== "UTC") narrow.elements.zone.value = zone;
changes.onChange((changed) => {
  for (const one of changed) finders(one);
  const panel = document.querySelector("#panel input[name=shown]");
  if (panel) panel.value = document.querySelectorAll(".annotations > .one").length;
  count();
});
finders(document);
count();
changes.start();
times.start();
toast.start();
