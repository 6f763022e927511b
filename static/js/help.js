/** `?` shows the keys of the reader. */

import { isTaken, make, once } from "./dom.js";

const KEYS = [
  ["j / k", "the next, the previous annotation"],
  ["[ / ]", "the document before, the next document"],
  ["s", "select a passage by keyboard"],
  ["← → ↑ ↓", "while selecting: by word, by sentence; with Shift: extend or shrink"],
  ["a or Enter", "annotate what is selected"],
  ["1 … 9", "in the form: choose a theme"],
  ["Ctrl + Enter", "in the form: save"],
  ["Esc", "close what is open"],
  ["?", "these keys"],
];

function dialog() {
  return once("#keys", () => {
    const made = make("dialog", { id: "keys", class: "dialog", "aria-labelledby": "keys-title" });
    const list = make("dl", { class: "keys" });
    for (const [keys, does] of KEYS) {
      list.append(make("div", {}, make("dt", {}, make("kbd", {}, keys)), make("dd", {}, does)));
    }
    const shut = make("button", { class: "button", type: "submit" }, "Close");
    made.append(make("h2", { id: "keys-title" }, "Keys"), list, make("form", { method: "dialog" }, shut));
    made.addEventListener("click", (event) => event.target === made && made.close());
    return made;
  });
}

export function start() {
  const open = () => !dialog().open && dialog().showModal();
  document.addEventListener("keydown", (event) => {
    if (event.key !== "?" || isTaken(event)) return;
    event.preventDefault();
    open();
  });
  document.addEventListener("click", (event) => {
    if (!event.target.closest?.("#keys-help")) return;
    event.target.closest("details")?.removeAttribute("open");
    open();
  });
}
