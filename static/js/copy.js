/** The clipboard: copied text is without note calls and page numbers; citations go there by a button. */

import { toast } from "./toast.js";

function stripped(selection) {
  const holder = document.createElement("div");
  for (let i = 0; i < selection.rangeCount; i += 1) holder.append(selection.getRangeAt(i).cloneContents());
  if (!holder.querySelector("[data-skip], mark")) return null;
  for (const element of holder.querySelectorAll("[data-skip]")) element.remove();
  for (const mark of holder.querySelectorAll("mark")) mark.replaceWith(...mark.childNodes);
  for (const element of holder.querySelectorAll("[id], [data-start]")) {
    element.removeAttribute("id");
    element.removeAttribute("data-start");
  }
  return holder;
}

/** Plain text as the canonical text has it: a line for each block. */
function plain(holder) {
  const blocks = [...holder.querySelectorAll(".b")];
  const parts = blocks.length ? blocks : [holder];
  return parts.map((part) => part.textContent).join("\n");
}

function onCopy(event) {
  const selection = getSelection();
  if (!selection?.rangeCount || selection.isCollapsed || event.target.closest?.("input, textarea")) return;
  const within = selection.getRangeAt(0).commonAncestorContainer;
  const element = within.nodeType === Node.ELEMENT_NODE ? within : within.parentElement;
  if (!element?.closest("#text, .popover")) return;
  const holder = stripped(selection);
  if (!holder) return;
  event.clipboardData.setData("text/plain", plain(holder));
  event.clipboardData.setData("text/html", holder.innerHTML);
  event.preventDefault();
}

async function onClick(event) {
  const button = event.target.closest?.("[data-copy]");
  const source = button && document.querySelector(button.dataset.copy);
  if (!source) return;
  try {
    await navigator.clipboard.writeText(source.textContent.trim().replace(/\s+/g, " "));
    toast("Copied.");
  } catch {
    const range = document.createRange();
    range.selectNodeContents(source);
    getSelection().removeAllRanges();
    getSelection().addRange(range);
    toast("The browser keeps the clipboard to itself; the text is selected, copy it from there.");
  }
}

export function start() {
  document.addEventListener("copy", onCopy);
  document.addEventListener("click", onClick);
}
