/**
 * What others do while one reads: asked for every few seconds, told in a few words, and brought in when the
 * reader says so. Nothing moves under her eyes by it: place, focus, selection and open forms stay.
 */

import { onChange } from "./changes.js";
import { focusText, make, reader } from "./dom.js";
import * as fresh from "./fresh.js";
import * as selection from "./selection.js";

// Seconds from one question to the next, on the average; an attribute of the page can say otherwise.
const EVERY = 12.5;
// After so many questions without an answer they come further apart, up to SLOWEST times as far.
const CALM = 24;
const SLOWEST = 4;
const MOST_FAULTS = 5;
// A page that is looked at again asks at once, unless it has just asked (ms).
const JUST = 3000;
let timer = 0;
let asking = false;
let askedAt = 0;
let faults = 0;
let quiet = 0;
let told = "";
// The token of the page that this was told of.
let about = "";
let gone = null;
let showing = false;

const box = () => document.getElementById("news");
const since = () => reader()?.dataset.since;
const every = () => Number(reader()?.dataset.every ?? EVERY) * 1000;

function address(more = {}) {
  const found = new URL(reader().dataset.news, location.href);
  const filters = new URLSearchParams(location.search);
  for (const name of ["theme", "author", "question"]) {
    for (const value of filters.getAll(name)) found.searchParams.append(name, value);
  }
  for (const [name, value] of Object.entries({ since: since(), ...more })) found.searchParams.set(name, value);
  return found.pathname + found.search;
}

/** Waits for the next question; a page that nobody looks at asks nothing. */
function wait() {
  clearTimeout(timer);
  if (document.hidden) return;
  const slower = Math.min(1 + Math.max(quiet - CALM, 0) / 8, SLOWEST) * 2 ** Math.min(faults, MOST_FAULTS);
  timer = setTimeout(ask, every() * slower * (0.8 + 0.4 * Math.random()));
}

async function ask() {
  const token = since();
  if (document.hidden || asking || !token || token === gone) return wait();
  asking = true;
  askedAt = Date.now();
  try {
    const response = await fetch(address(), { redirect: "error" });
    if (response.status === 404) gone = token;
    else if (!response.ok) throw new Error(response.statusText);
    const words = response.status === 200 ? (await response.text()).trim() : "";
    faults = 0;
    quiet = words === told ? quiet + 1 : 0;
    if (since() === token && !showing) tell(words);
  } catch {
    faults += 1;
  }
  asking = false;
  wait();
}

function askSoon() {
  quiet = 0;
  if (Date.now() - askedAt > Math.min(JUST, every())) {
    clearTimeout(timer);
    // A class that opens its laptops together does not ask all at once.
    timer = setTimeout(ask, Math.random() * Math.min(1000, every()));
  } else wait();
}

/** Says what is new, or what of it has not been seen; `words` is a fragment of the server's. */
function tell(words) {
  about = since();
  if (words === told) return;
  told = words;
  draw();
}

function draw() {
  if (told) {
    box().replaceChildren(document.createRange().createContextualFragment(told));
    return;
  }
  const further = fresh.outOfSight();
  if (box().dataset.further === String(further) && further) return;
  box().dataset.further = String(further);
  if (!further) return box().replaceChildren();
  const go = make("button", { type: "button", class: "button", "data-news": "next" }, "Go there");
  box().replaceChildren(make("p", {}, make("b", {}, `${further} new`), " further off"), go);
}

/** Gives the focus back to what stands now where it was. */
function holdFocus() {
  const held = document.activeElement;
  const home = held?.closest("#margin .card[id], #text .b[id]");
  const wasHere = box().contains(held);
  const alike = (root) =>
    [...root.querySelectorAll(held.localName)].filter((one) => one.getAttribute("href") === held.getAttribute("href"));
  const at = home && held !== home ? alike(home).indexOf(held) : -1;
  return () => {
    if (wasHere) return (box().querySelector("button") ?? { focus: focusText }).focus({ preventScroll: true });
    if (!home || held.isConnected) return;
    const now = document.getElementById(home.id);
    const again = now && at >= 0 ? (alike(now)[at] ?? now) : now;
    if (again) again.focus({ preventScroll: true });
    else focusText();
  };
}

/** Opens the replies again that were open, and marks again what is picked. */
function holdRest() {
  const open = [...document.querySelectorAll("#margin details[open]")].map((one) => one.closest(".card")?.id);
  return () => {
    for (const id of open) {
      const replies = id && document.querySelector(`#margin [id="${id}"] details.replies`);
      if (replies) replies.open = true;
    }
    const picked = selection.current();
    if (picked) selection.hold(picked, picked.root);
  };
}

/** New cards into a group in which somebody writes: what has a form in it stays as it is. */
function merge(group, brought) {
  const kept = [...group.children].filter((child) => child.querySelector("form"));
  for (const child of [...group.children]) if (!kept.includes(child)) child.remove();
  let before = kept[0] ?? null;
  for (const card of [...brought.children]) {
    const own = kept.find(({ id }) => id === card.id);
    if (own) before = own.nextElementSibling;
    else group.insertBefore(card, before);
  }
  htmx.process(group);
}

async function show() {
  const back = [holdFocus(), holdRest()];
  const news = fresh.compare();
  showing = true;
  try {
    await htmx.ajax("GET", address({ show: 1 }), { target: "#news", swap: "innerHTML show:none" });
  } finally {
    showing = false;
  }
  told = box().innerHTML.trim();
  about = since();
  box().dataset.further = "";
  news();
  draw();
  for (const act of back) act();
}

/** The whole page made anew, unless somebody is writing in it. */
async function again() {
  if (document.querySelector("#margin form")) {
    box().querySelector("p").textContent = "This page has changed. Save or cancel your note, then load it again.";
    return;
  }
  await htmx.ajax("GET", location.pathname + location.search, { target: "#reading", swap: "outerHTML show:none" });
  tell("");
  focusText();
}

const ACTS = { show, again, next: () => fresh.goToNext() };

export function start() {
  if (!box()) return;
  document.addEventListener("click", (event) => {
    const act = event.target instanceof Element && event.target.closest("#news [data-news]")?.dataset.news;
    if (act) ACTS[act]();
  });
  document.body.addEventListener("apparatus:news", ({ detail }) => (reader().dataset.since = detail.since));
  document.body.addEventListener("htmx:oobBeforeSwap", ({ detail }) => {
    // What has been merged already would be taken out again.
    if (!showing || !detail.shouldSwap || !detail.target.matches(".cards") || !detail.target.querySelector("form")) return;
    detail.shouldSwap = false;
    merge(detail.target, detail.fragment.firstElementChild);
  });
  document.addEventListener("visibilitychange", () => (document.hidden ? clearTimeout(timer) : askSoon()));
  addEventListener("focus", askSoon);
  onChange(() => told && !showing && since() !== about && tell(""));
  fresh.onSeen(() => !told && draw());
  wait();
}
