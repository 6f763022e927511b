/**
 * The keys of the reader: one table, by which keys are understood and which `?` shows. A key of the page
 * is shown only when somebody has bound an act to it.
 *
 * A key is written as the browser names it, a capital letter meaning Shift; `Ctrl` is the Mac's
 * Command, too. Letters, digits and signs of the page can be turned off (WCAG 2.1.4); those that work
 * only where the focus is (while selecting, in a form) stay.
 */

import { choose, chosen } from "./choices.js";

// Where it works, what it does, and the keys of each command; the commands of a row belong together.
const TABLE = [
  ["page", "Reading", "the next, the previous annotation", { next: ["j"], previous: ["k"] }],
  ["page", "Reading", "the next, the previous with the same theme", { nextTheme: ["t"], previousTheme: ["T"] }],
  ["page", "Reading", "the next, the previous by the same reader", { nextReader: ["w"], previousReader: ["W"] }],
  ["page", "Reading", "from the passage to its card, and back", { card: ["c", "Enter"] }],
  ["page", "Reading", "all annotations that lie here", { list: ["l"] }],
  ["page", "Reading", "from a note’s number to the note, and back", { note: ["n"] }],
  ["page", "Reading", "the next note’s number in the text", { nextNote: ["N"] }],
  ["page", "Reading", "back to where you were reading", { back: ["b"] }],
  ["page", "Reading", "the document before, the next document", { documentBefore: ["["], documentAfter: ["]"] }],
  ["page", "Reading", "choose the themes that are shown", { filter: ["f"] }],
  ["page", "Reading", "hide the annotations, show them", { hide: ["h"] }],
  ["page", "Reading", "show what others have written meanwhile", { news: ["m"] }],
  ["page", "The annotation that is lit", "open its replies, shut them", { thread: ["o"] }],
  ["page", "The annotation that is lit", "reply", { reply: ["r"] }],
  ["page", "The annotation that is lit", "edit; in a reply: that reply", { edit: ["e"] }],
  ["page", "The annotation that is lit", "change its passage", { passage: ["p"] }],
  ["page", "The annotation that is lit", "mark the question as answered, open it again", { question: ["q"] }],
  ["page", "The annotation that is lit", "delete; it can be undone", { delete: ["d", "Delete"] }],
  ["page", "Tagging", "select a passage by keyboard", { select: ["s"] }],
  ["page", "Tagging", "annotate what is selected", { annotate: ["a", "Enter"] }],
  ["page", "Tagging", "take back what you did last, do it again", { undo: ["Ctrl+z"], redo: ["Ctrl+Z", "Ctrl+y"] }],
  ["select", "While selecting", "by word", { wordBack: ["ArrowLeft"], word: ["ArrowRight"] }],
  ["select", "While selecting", "by sentence", { sentenceBack: ["ArrowUp"], sentence: ["ArrowDown"] }],
  ["select", "While selecting", "by paragraph", { paragraphBack: ["PageUp"], paragraph: ["PageDown"] }],
  ["select", "While selecting", "to the first, the last words of the text", { first: ["Home"], last: ["End"] }],
  ["select", "While selecting", "with any of these: extend or shrink", { extend: ["Shift"] }],
  ["select", "While selecting", "say what is selected", { repeat: ["Space"] }],
  ["select", "While selecting", "take the passage", { take: ["Enter"] }],
  ["form", "In the form", "choose one of the first nine themes", { number: [..."123456789"] }],
  ["form", "In the form", "on a theme: go to the theme that you type", { type: ["A … Z"] }],
  ["form", "In the form", "on a theme: choose it or not", { toggle: ["Space", "Enter"] }],
  ["form", "In the form", "save", { save: ["Ctrl+Enter"] }],
  ["any", "Everywhere", "close what is open, leave what you are in", { close: ["Escape"] }],
  ["page", "Everywhere", "these keys", { keys: ["?"] }],
];

const acts = new Map();
const FIELD = "input, textarea, select, [contenteditable], dialog[open], [role=application]";

/** The key of an event as the table writes it; null while words are composed. */
export function keyOf(event) {
  if (event.isComposing || !event.key) return null;
  // On many keyboards a sign such as [ is typed with AltGr, which the browser tells as Ctrl and Alt.
  const composed = event.getModifierState?.("AltGraph");
  if (event.altKey && !composed) return null;
  let key = event.key === " " ? "Space" : event.key;
  // Caps Lock means nothing here.
  if (/^\p{L}$/u.test(key)) key = event.shiftKey ? key.toUpperCase() : key.toLowerCase();
  return (event.ctrlKey || event.metaKey) && !composed ? `Ctrl+${key}` : key;
}

/** The commands of a place that an event may mean, in the order of the table. */
export function meant(event, place) {
  const key = keyOf(event);
  const found = [];
  for (const [where, , , commands] of TABLE) {
    if (where !== place) continue;
    for (const [name, keys] of Object.entries(commands)) if (keys.includes(key)) found.push(name);
  }
  return found;
}

export const means = (event, place, name) => meant(event, place).includes(name);

/** Binds an act to a command of the page; it answers false when there was nothing to do. */
export const bind = (name, act) => acts.set(name, act);

export const singleKeys = () => chosen("keys", "on") === "on";
export const useSingleKeys = (on) => choose("keys", on ? "on" : "off");

/** The table as it holds on this page: `[part, what it does, keys by command]`. */
export const table = () =>
  TABLE.filter(([where, , , commands]) => where !== "page" || Object.keys(commands).some((name) => acts.has(name))).map(
    ([, part, does, commands]) => [part, does, Object.values(commands)],
  );

// A field of a dialog that has just been closed keeps the focus until the next frame is drawn.
const inField = (target) => target instanceof Element && target.closest(FIELD) !== null && target.checkVisibility();

const isSingle = (key) => [...key].length === 1;

function onKey(event) {
  if (event.defaultPrevented || inField(event.target)) return;
  const key = keyOf(event);
  if (!key || (isSingle(key) && !singleKeys())) return;
  for (const name of meant(event, "page")) {
    if (!acts.has(name) || acts.get(name)(event) === false) continue;
    event.preventDefault();
    return;
  }
}

export function start() {
  document.addEventListener("keydown", onKey);
}
