/** `?` shows the keys of the reader, out of the table by which they work, and turns single keys off. */

import { make, once } from "./dom.js";
import { bind, singleKeys, table, useSingleKeys } from "./keys.js";

const NAMES = { ArrowLeft: "←", ArrowRight: "→", ArrowUp: "↑", ArrowDown: "↓", Escape: "Esc", PageUp: "Page ↑", PageDown: "Page ↓" };

/** A key in words: `Shift+T`, `Ctrl+Enter`. */
function named(key) {
  const parts = key.split("+");
  const last = parts.pop();
  if (/^\p{Lu}$/u.test(last)) parts.push("Shift");
  parts.push(NAMES[last] ?? (/^\p{L}$/u.test(last) && parts.length ? last.toUpperCase() : last));
  return make("kbd", {}, parts.join("+"));
}

function keysOf(commands) {
  const row = make("dt", {});
  commands.forEach((keys, i) => {
    if (i) row.append(" / ");
    const shown = keys.length > 3 ? [keys[0], keys.at(-1)] : keys;
    shown.forEach((key, at) => row.append(at ? (keys.length > 3 ? " … " : " or ") : "", named(key)));
  });
  return row;
}

function list() {
  const parts = new Map();
  for (const [part, does, commands] of table()) {
    if (!parts.has(part)) parts.set(part, make("dl", { class: "keys" }));
    parts.get(part).append(make("div", {}, keysOf(commands), make("dd", {}, does)));
  }
  return [...parts].map(([part, rows]) => make("section", {}, make("h3", {}, part), rows));
}

function choice() {
  const box = make("input", { type: "checkbox", id: "single-keys" });
  const hint = "Turn it off where a screen reader or speech input types letters of its own.";
  box.addEventListener("change", () => useSingleKeys(box.checked));
  return make("p", { class: "choice" }, make("label", {}, box, " Keys of a single letter, digit or sign"), make("span", { class: "hint" }, hint));
}

function dialog() {
  return once("#keys", () => {
    const made = make("dialog", { id: "keys", class: "dialog keys-sheet", "aria-labelledby": "keys-title" });
    const shut = make("button", { class: "button", type: "submit" }, "Close");
    made.append(make("h2", { id: "keys-title", tabindex: "-1", autofocus: "" }, "Keys"), choice(), make("div", { class: "key-parts" }), make("form", { method: "dialog" }, shut));
    made.addEventListener("click", (event) => event.target === made && made.close());
    return made;
  });
}

function open() {
  const sheet = dialog();
  if (sheet.open) return;
  sheet.querySelector(".key-parts").replaceChildren(...list());
  sheet.querySelector("#single-keys").checked = singleKeys();
  sheet.showModal();
}

export function start() {
  bind("keys", open);
  document.addEventListener("click", (event) => {
    if (!event.target.closest?.("#keys-help")) return;
    const menu = event.target.closest("details");
    if (menu) {
      menu.open = false;
      // The sheet gives the focus back to what had it, which must still be there to see.
      menu.querySelector("summary").focus({ preventScroll: true });
    }
    open();
  });
}
