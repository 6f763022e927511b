/** The codebook as a tree: walked with the arrows, folded, filtered; where everything stands in it. */

import { onChange, within } from "./changes.js";
import { say } from "./dom.js";

const FOLDED = `folded ${location.pathname}`;
const folded = new Set(JSON.parse(sessionStorage.getItem(FOLDED) ?? "[]"));
let currentKey = "";
let hadFocus = false;

export const root = () => document.getElementById("themes");
export const itemOf = (node) => (node instanceof Element ? node.closest("#themes li[data-pk]") : null);
export const byKey = (pk) => root()?.querySelector(`li[data-pk="${Number(pk)}"]`) ?? null;
export const above = (item) => itemOf(item.parentElement);
export const nameOf = (item) => item.querySelector(":scope > .row > .chip")?.textContent ?? "";
export const rowOf = (item) => item.querySelector(":scope > .row");
export const current = () => byKey(currentKey) ?? shown()[0] ?? null;
const below = (item) => item.querySelector(":scope > ul");

/** The siblings of a theme that are shown, itself among them. */
export const siblings = (item) =>
  [...item.parentElement.children].filter((one) => one.matches("li[data-pk]:not(.unfit)"));

/** All themes that can be seen now, from top to bottom. */
export function shown() {
  return [...(root()?.querySelectorAll("li[data-pk]") ?? [])].filter((one) => one.checkVisibility());
}

function keepFolded() {
  sessionStorage.setItem(FOLDED, JSON.stringify([...folded]));
}

export function fold(item, shut) {
  if (!below(item)) return;
  item.setAttribute("aria-expanded", String(!shut));
  if (shut) folded.add(item.dataset.pk);
  else folded.delete(item.dataset.pk);
  keepFolded();
}

/** Gives the focus to a theme; it alone is in the order of the Tab key. */
export function focusOn(item) {
  if (!item) return;
  mark(item);
  for (let one = above(item); one; one = above(one)) fold(one, false);
  item.focus({ preventScroll: true });
  rowOf(item).scrollIntoView({ block: "nearest" });
}

function mark(item) {
  root()?.querySelectorAll("li[tabindex='0']").forEach((one) => one.setAttribute("tabindex", "-1"));
  item.setAttribute("tabindex", "0");
  currentKey = item.dataset.pk;
}

/** Tells assistive technology what the lists are; after each change of them. */
export function dress() {
  const tree = root();
  if (!tree) return;
  tree.setAttribute("role", "tree");
  const open = document.getElementById("shown")?.value;
  for (const list of tree.querySelectorAll("ul")) list.setAttribute("role", "group");
  for (const item of tree.querySelectorAll("li[data-pk]")) {
    const row = rowOf(item);
    const count = row.querySelector(".count").textContent;
    const retired = row.querySelector(".badge") ? ", retired" : "";
    item.setAttribute("role", "treeitem");
    item.setAttribute("tabindex", "-1");
    item.setAttribute("aria-label", `${nameOf(item)}, ${count} annotation${count === "1" ? "" : "s"}${retired}`);
    item.setAttribute("aria-selected", String(item.dataset.pk === open));
    row.querySelector(".chip").setAttribute("tabindex", "-1");
    if (below(item)) item.setAttribute("aria-expanded", String(!folded.has(item.dataset.pk)));
    else item.removeAttribute("aria-expanded");
  }
  filter();
  const first = byKey(currentKey) ?? tree.querySelector("li[data-pk]");
  if (first) mark(first);
}

/** Where a theme stands, as it is said. */
export function placeOf(item) {
  const row = siblings(item);
  const parent = above(item);
  return `${parent ? `under ${nameOf(parent)}` : "at the top level"}, ${row.indexOf(item) + 1} of ${row.length}`;
}

/** The words that are looked for; only what has them, and what stands above it, is shown. */
function filter() {
  const tree = root();
  const field = document.getElementById("filter");
  if (!tree || !field) return;
  const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
  tree.classList.toggle("filtered", words.length > 0);
  const all = [...tree.querySelectorAll("li[data-pk]")];
  for (const item of all.reverse()) {
    const text = rowOf(item).textContent.toLowerCase();
    const fits = words.every((word) => text.includes(word));
    // Those below have been looked at: the list goes from the last to the first.
    const inside = item.querySelector(":scope > ul > li[data-pk]:not(.unfit)") !== null;
    item.classList.toggle("unfit", words.length > 0 && !fits && !inside);
  }
  const found = tree.querySelector("li[data-pk]:not(.unfit)") !== null;
  document.querySelector(".none-found").hidden = found;
  tree.hidden = !found;
}

function filtered() {
  filter();
  const count = root()?.querySelectorAll("li[data-pk]:not(.unfit)").length ?? 0;
  say(count === 1 ? "1 theme" : `${count} themes`);
}

const typed = ({ key }) => key.length === 1;

/** The theme that an arrow leads to from here; undefined for other keys, null where there is none. */
function step(key, item) {
  const all = shown();
  const at = all.indexOf(item);
  if (key === "ArrowDown") return all[at + 1] ?? null;
  if (key === "ArrowUp") return all[at - 1] ?? null;
  if (key === "Home") return all[0];
  if (key === "End") return all.at(-1);
  const open = item.getAttribute("aria-expanded");
  if (key === "ArrowRight") {
    if (open === "false") fold(item, false);
    return open === "true" ? below(item).querySelector("li[data-pk]:not(.unfit)") : null;
  }
  if (key === "ArrowLeft") {
    if (open === "true") fold(item, true);
    return open === "true" ? null : above(item);
  }
  return undefined;
}

/** Walks; whether the key was one of walking. */
export function walk(event, item) {
  const to = step(event.key, item);
  if (to === undefined) return false;
  focusOn(to);
  return true;
}

function foldAll(shut) {
  for (const item of root()?.querySelectorAll("li[aria-expanded]") ?? []) fold(item, shut);
  if (current() && !current().checkVisibility()) mark(shown()[0]);
}

export function start() {
  dress();
  const field = document.getElementById("filter");
  field.addEventListener("input", filtered);
  field.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && field.value) {
      field.value = "";
      filtered();
    } else if (event.key === "ArrowDown" || event.key === "Enter") focusOn(shown()[0]);
    else return;
    event.preventDefault();
  });
  document.getElementById("fold-all").addEventListener("click", () => foldAll(true));
  document.getElementById("unfold-all").addEventListener("click", () => foldAll(false));
  document.addEventListener("click", (event) => {
    const item = itemOf(event.target);
    if (!item || !event.target.closest(".fold")) return;
    fold(item, item.getAttribute("aria-expanded") === "true");
    focusOn(item);
  });
  document.addEventListener("focusin", (event) => {
    if (event.target instanceof Element && event.target.matches("#themes li")) mark(event.target);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target instanceof Element && event.target.closest("input, textarea, select")) return;
    event.preventDefault();
    field.focus();
  });
  document.body.addEventListener("htmx:oobBeforeSwap", () => {
    hadFocus ||= root()?.contains(document.activeElement) ?? false;
  });
  onChange((changed) => {
    if (!within(changed, "#codebook-tree") && !within(changed, "#panel")) return;
    dress();
    const lost = document.activeElement === document.body || document.activeElement === null;
    if (hadFocus && lost) focusOn(current());
    hadFocus = false;
  });
}

/** The theme that the focus goes to when the tree is there again. */
export function goTo(pk) {
  currentKey = String(pk);
  hadFocus = true;
}

export { typed };
