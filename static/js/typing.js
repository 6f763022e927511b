/** Keys in the forms for annotations: themes by number or by typing their names, and save. */

import { say } from "./dom.js";
import { meant } from "./keys.js";

const FORM = "form.composer, #composer form";
const TEXT = "textarea, select, input:not([type=checkbox], [type=radio])";
// How long (ms) letters belong to one word.
const PAUSE = 900;
let typed = "";
let timer = 0;

const boxes = (form) => [...form.querySelectorAll(".themes input[name=themes]")];
const nameOf = (box) => [...box.closest("label").childNodes].filter((node) => node.nodeType === Node.TEXT_NODE).map((node) => node.data).join("").trim();
const plain = (words) => words.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

function choose(box) {
  box.click();
  say(`${nameOf(box)} ${box.checked ? "chosen" : "not chosen"}`);
}

/** The theme that is meant: whose name begins so, or a word of it, or that has it in it. */
function find(all, letters, from) {
  const order = [...all.slice(from), ...all.slice(0, from)];
  const ways = [
    (name) => name.startsWith(letters),
    (name) => name.split(/[^\p{L}\p{N}]+/u).some((word) => word.startsWith(letters)),
    (name) => name.includes(letters),
  ];
  for (const fits of ways) {
    const found = order.find((box) => fits(plain(nameOf(box))));
    if (found) return found;
  }
  return null;
}

/** Goes to the theme that is typed; the same letter again goes to the next. */
function type(form, letter) {
  clearTimeout(timer);
  timer = setTimeout(() => (typed = ""), PAUSE);
  const again = typed === letter;
  if (!again) typed += letter;
  const all = boxes(form);
  const at = all.indexOf(document.activeElement);
  const found = find(all, typed, again ? at + 1 : at);
  if (found) found.focus();
  else say(`No theme has “${typed}”.`);
}

function onKey(event) {
  const form = event.target instanceof Element ? event.target.closest(FORM) : null;
  if (!form) return;
  const [command] = meant(event, "form");
  const onTheme = event.target.matches(".themes input[name=themes]");
  const letter = onTheme && /^\p{L}$/u.test(event.key) && !event.ctrlKey && !event.metaKey && !event.altKey;
  const numbered = command === "number" && !event.target.closest(TEXT) && form.querySelector(`[data-key="${event.key}"] input`);
  if (command === "save") form.requestSubmit();
  else if (numbered) choose(numbered);
  else if (command === "toggle" && onTheme && event.key === "Enter") choose(event.target);
  else if (letter) type(form, plain(event.key));
  else return;
  event.preventDefault();
  event.stopPropagation();
}

export function start() {
  // Before the keys of the page, which an open form does not shut out everywhere.
  addEventListener("keydown", onKey, true);
}
