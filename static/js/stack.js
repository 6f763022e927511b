/**
 * All annotations that lie at one offset, in a panel over the margin or, on a phone, in a sheet from
 * below, which a drag down closes.
 */

import { isPhone, isTaken, reader } from "./dom.js";
import { means } from "./keys.js";
import { draggable, grip } from "./sheet.js";

const slot = () => document.getElementById("stack");
let shownAt = null;
let back = null;
let wanted = null;
let tell = () => {};

/** Sets who is told of the first card shown, or of null when the panel closes. */
export const onChange = (listener) => (tell = listener);
export const isOpen = () => Boolean(slot()?.classList.contains("open"));
export const heightOfSheet = () => (isOpen() && isPhone() ? slot().offsetHeight : 0);

function addressAt(offset) {
  const address = new URL(reader().dataset.at, location.href);
  const filters = new URLSearchParams(location.search);
  for (const name of ["theme", "author"]) {
    for (const value of filters.getAll(name)) address.searchParams.append(name, value);
  }
  address.searchParams.set("at", offset);
  return address.pathname + address.search;
}

/** Asks for what lies at `offset` and shows it; the focus goes back to `from` afterwards. */
export function open(offset, from, cardId = null) {
  if (!reader()?.dataset.at) return;
  shownAt = addressAt(offset);
  back = from;
  wanted = cardId;
  htmx.ajax("GET", shownAt, { target: "#stack", swap: "innerHTML show:none" }).catch(close);
}

export function close() {
  const box = slot();
  if (!isOpen()) return;
  const had = box.contains(document.activeElement);
  box.classList.remove("open", "tall");
  box.replaceChildren();
  box.style.removeProperty("--pulled");
  shownAt = null;
  if (had && back?.isConnected) back.focus?.({ preventScroll: true });
  tell(null);
}

function shown() {
  const box = slot();
  const panel = box.firstElementChild;
  if (!panel) return close();
  const fresh = !isOpen();
  box.classList.add("open");
  grip(box, panel);
  const named = wanted && box.querySelector(`[id="${wanted}"]`);
  // A reply lies folded in its card.
  named?.closest("details")?.setAttribute("open", "");
  const card = named?.closest(".card") || box.querySelector(".card[data-start]");
  wanted = null;
  if (fresh) {
    panel.setAttribute("tabindex", "-1");
    panel.focus({ preventScroll: true });
  }
  if (card) tell(card);
  if (named && named !== card) {
    named.classList.add("named");
    named.scrollIntoView({ block: "center" });
  }
}

function again() {
  if (isOpen() && shownAt) htmx.ajax("GET", shownAt, { target: "#stack", swap: "innerHTML show:none" });
}

export function start() {
  draggable("stack", ".grip, .stack-head", close);
  document.addEventListener("click", (event) => {
    const target = event.target instanceof Element ? event.target : null;
    if (target?.closest("#stack [data-close]")) {
      event.preventDefault();
      close();
    } else if (target?.closest("#margin .more")) {
      // htmx follows the link; here is only kept where to look again and where the focus came from.
      const link = target.closest(".more");
      shownAt = link.getAttribute("href");
      back = link;
    } else if (isOpen() && target?.closest("#reading") && !target.closest("mark")) close();
  });
  document.addEventListener("keydown", (event) => {
    if (means(event, "any", "close") && isOpen() && !isTaken(event)) close();
  });
  document.body.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.target?.id === "stack") shown();
  });
  document.body.addEventListener("apparatus:changed", () => setTimeout(again, 50));
}
