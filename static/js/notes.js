/**
 * Footnotes, persons and terms in place: a copy of the note or entry opens beside its call on hover,
 * focus and tap. The copy keeps its blocks' offsets, so that its words can be selected and annotated.
 */

import { onChange } from "./changes.js";
import { isTaken, make, once } from "./dom.js";

const CALL = "#text a.call, #text a.who, #text a.term";
const OPEN_AFTER = 220;
const CLOSE_AFTER = 320;
let owner = null;
let timer = 0;
let held = false;

const box = () =>
  once("#popover", () => make("div", { id: "popover", class: "popover", role: "dialog", tabindex: "-1", hidden: "" }));

function later(delay, act) {
  clearTimeout(timer);
  timer = setTimeout(act, delay);
}

function copyOf(link) {
  const target = document.getElementById(decodeURIComponent(link.hash.slice(1)));
  if (!target) return null;
  const content = make("div", { class: "popover-body" });
  for (const child of target.childNodes) {
    if (child.nodeType === Node.ELEMENT_NODE && child.matches("a.label")) continue;
    content.append(child.cloneNode(true));
  }
  for (const element of content.querySelectorAll("[id]")) element.removeAttribute("id");
  const isNote = link.classList.contains("call");
  const words = isNote ? "In the notes" : "In the list";
  const label = target.querySelector("a.label")?.textContent.trim();
  const head = make("p", { class: "popover-head" });
  if (isNote) head.append(make("b", {}, /^\S{1,3}$/.test(label ?? "") ? `Note ${label}` : (label ?? "Note")));
  head.append(make("a", { href: link.hash }, words));
  return isNote ? [head, content] : [content, head];
}

function place(link) {
  const popover = box();
  const lines = [...link.getClientRects()];
  const line = lines[0] ?? link.getBoundingClientRect();
  const left = Math.min(Math.max(line.left - 24, 10), document.documentElement.clientWidth - popover.offsetWidth - 10);
  const below = line.bottom + 8;
  const above = line.top - popover.offsetHeight - 8;
  const top = below + popover.offsetHeight > innerHeight && above > 0 ? above : below;
  popover.style.left = `${left + scrollX}px`;
  popover.style.top = `${top + scrollY}px`;
}

function open(link) {
  clearTimeout(timer);
  if (owner === link) return;
  const parts = copyOf(link);
  if (!parts) return;
  close();
  owner = link;
  const popover = box();
  popover.replaceChildren(...parts);
  popover.setAttribute("aria-label", link.getAttribute("aria-label") ?? link.textContent);
  popover.hidden = false;
  link.setAttribute("aria-describedby", "popover");
  place(link);
}

export function close() {
  clearTimeout(timer);
  owner?.removeAttribute("aria-describedby");
  owner = null;
  held = false;
  box().hidden = true;
}

const callOf = (event) => (event.target instanceof Element ? event.target.closest(CALL) : null);
const isInside = (event) => event.target instanceof Element && event.target.closest("#popover") !== null;
const hasSelection = () => {
  const selection = getSelection();
  return !selection.isCollapsed && box().contains(selection.anchorNode);
};

function onPointerOver(event) {
  if (event.pointerType === "touch") return;
  const link = callOf(event);
  if (link) later(owner ? 80 : OPEN_AFTER, () => open(link));
  else if (isInside(event)) clearTimeout(timer);
  else if (owner && !held) later(CLOSE_AFTER, () => !hasSelection() && close());
  else if (!owner) clearTimeout(timer);
}

export function start() {
  let touched = false;
  document.addEventListener("pointerover", onPointerOver);
  document.addEventListener("pointerdown", (event) => {
    touched = event.pointerType === "touch";
    if (isInside(event)) held = true;
    else if (owner && !callOf(event) && !event.target.closest?.("#picker, #composer")) close();
  });
  document.addEventListener("click", (event) => {
    const link = callOf(event);
    if (link && touched && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      if (owner === link) close();
      else open(link);
      held = owner !== null;
    } else if (link || (owner && isInside(event) && event.target.closest("a"))) close();
  });
  document.addEventListener("focusin", (event) => {
    const link = callOf(event);
    if (link?.matches(":focus-visible")) open(link);
    else if (owner && !isInside(event) && !held && !event.target.closest?.("#composer, #picker")) close();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !owner || isTaken(event)) return;
    event.preventDefault();
    close();
  });
  onChange(() => owner && !owner.isConnected && close());
}
