/**
 * A line at the foot of the page: what waits for being sent, and what one was writing here when the page
 * was left, with its passage lit.
 */

import * as composer from "./composer.js";
import * as device from "./device.js";
import { bringIntoView, isWide, make, once, perFrame, reader, text } from "./dom.js";
import * as drafting from "./drafting.js";
import * as drafts from "./drafts.js";
import { paint } from "./highlight.js";
import { blocksIn, codePoints, rangeOf, textOf, utf16Index } from "./offsets.js";
import * as outbox from "./outbox.js";
import * as tabs from "./tabs.js";

const SHOWN = 2;
let elsewhere = new Set();
// What she does not want to be asked about while this page is open.
const later = new Set();
let asked = "";
let faulty = false;

const box = () =>
  once("#kept", () => make("section", { id: "kept", class: "kept", "aria-label": "What you have not saved", "aria-live": "polite" }));
const button = (name, words, quiet = false) => make("button", { type: "button", class: quiet ? "button quiet" : "button", "data-kept": name }, words);

/** Where the passage of a record stands in this text: at its offsets, else where its words are found. */
export function passageOf(draft) {
  const [start, end] = ["start", "end"].map((name) => Number(drafts.valueOf(draft, name)));
  const quote = drafts.valueOf(draft, "quote").replaceAll("\r\n", "\n");
  if (!quote || !text()) return null;
  const whole = blocksIn(text()).map(textOf).join("\n");
  const at = utf16Index(whole, start);
  if (whole.slice(at, at + quote.length) === quote) return { start, end, quote, root: text() };
  const found = [];
  for (let i = whole.indexOf(quote); i >= 0; i = whole.indexOf(quote, i + 1)) found.push(codePoints(whole, i));
  if (!found.length) return null;
  const nearest = found.reduce((best, one) => (Math.abs(one - start) < Math.abs(best - start) ? one : best));
  return { start: nearest, end: nearest + codePoints(quote), quote, root: text() };
}

const isNew = (draft) => draft.on.startsWith("annotate:");
const setIn = (address) => new URL(address, location.href).searchParams.get("set");
const isHere = (draft) => !reader() || !isNew(draft) || passageOf(draft) !== null;

/** What was left in this document, and is open nowhere. */
function left() {
  if (!reader()) return [];
  const open = drafting.openHere();
  // A form that is open offers by itself what was written on the same thing.
  const about = open.map((id) => drafts.get(id)?.about);
  return drafts.all().filter((draft) => {
    if (draft.state !== "writing" || draft.place !== location.pathname) return false;
    return !later.has(draft.id) && !open.includes(draft.id) && !elsewhere.has(draft.id) && !about.includes(draft.about);
  });
}

function waitingLine(list) {
  const [{ why, what }] = list;
  const words = list.length === 1 ? what : `${list.length} things`;
  const acts = make("p", { class: "actions" }, button("try", "Try now"));
  if (why === "signed-out" || why === "other") {
    acts.prepend(make("a", { class: "button", href: drafts.addresses().signIn, target: "_blank", rel: "noopener" }, "Sign in"));
  }
  return make("div", { class: "waits" }, make("p", {}, make("b", {}, `Not sent yet: ${outbox.words(why)}.`), ` ${words[0].toUpperCase()}${words.slice(1)}.`), acts);
}

/** Why a new annotation cannot be gone on with here; empty where it can. */
function lostHere(draft) {
  if (!isNew(draft) || setIn(draft.page) !== setIn(location.href)) return "";
  if (!reader().dataset.annotate) return "Nothing can be written in this set now. Copy your words, or wait until it is open.";
  if (isHere(draft)) return "";
  return "Its passage is not in this text any more. Copy your words, or annotate another passage: they are offered there.";
}

function offer(draft) {
  const lost = lostHere(draft);
  const words = `You were writing ${draft.what} ${drafts.ago(draft.at)}. ${draft.fault ?? ""}`;
  const item = make("div", { class: "offer", "data-id": draft.id }, make("p", {}, words));
  if (lost) {
    const area = make("textarea", { rows: "3", readonly: "", "aria-label": "What you wrote" });
    area.value = drafts.valueOf(draft, "note");
    item.append(make("p", { class: "hint" }, lost), area);
  }
  const acts = make("p", { class: "actions" }, button("later", "Later", true), button("away", "Throw away", true));
  if (!lost) acts.prepend(button("go", "Go on"));
  item.append(acts);
  return item;
}

/** Lights up the passages of what is offered, and of what waits. */
function light(offered) {
  const places = offered.filter(isNew).map(passageOf).filter(Boolean);
  paint("draft", places.map(({ start, end }) => rangeOf(start, end)));
}

function draw() {
  const waits = outbox.waiting();
  const found = left();
  const offered = found.slice(0, SHOWN);
  const parts = [...(waits.length ? [waitingLine(waits)] : []), ...offered.map(offer)];
  if (found.length > SHOWN) parts.push(make("p", { class: "dim" }, `And ${found.length - SHOWN} more.`));
  if (faulty) parts.push(make("p", {}, "This device keeps nothing that you write: its storage is full or forbidden. Save before you leave the page."));
  const state = JSON.stringify([waits.map(({ id, why }) => [id, why]), found.map(({ id, fault }) => [id, fault, drafts.ago(drafts.get(id)?.at)]), faulty]);
  if (box().dataset.state !== state) {
    box().dataset.state = state;
    box().replaceChildren(...parts);
  }
  light([...offered, ...waits.filter(({ place }) => reader() && place === location.pathname)]);
}

/** Draws anew; what this tab does not know is asked of the others, once for each record. */
async function refresh() {
  const open = drafting.openHere();
  const ids = drafts.all().map(({ id }) => id).filter((id) => !open.includes(id));
  if (ids.join() === asked) return draw();
  asked = ids.join();
  elsewhere = await tabs.openElsewhere(ids);
  draw();
}

/** Opens the form of a record again, with what was written in it. */
function goOn(draft) {
  drafting.resume(draft.id);
  const place = isNew(draft) && reader()?.dataset.annotate && setIn(draft.page) === setIn(location.href) ? passageOf(draft) : null;
  if (place) {
    bringIntoView(rangeOf(place.start, place.end), 320);
    return composer.open(place);
  }
  const { pathname } = new URL(draft.action);
  const link = isWide() && reader() && document.querySelector(`#margin .card a[href="${pathname}"]`);
  if (link) return link.click();
  location.href = drafts.linkTo(draft);
}

function onClick(event) {
  const pressed = event.target.closest?.("#kept [data-kept]");
  if (!pressed) return;
  const draft = drafts.get(pressed.closest("[data-id]")?.dataset.id);
  if (pressed.dataset.kept === "try") outbox.flush();
  else if (draft && pressed.dataset.kept === "go") goOn(draft);
  else if (draft && pressed.dataset.kept === "away") drafts.drop(draft.id);
  else if (draft) {
    later.add(draft.id);
    draw();
  }
}

export function start() {
  if (!drafts.writer()) return;
  drafting.findBy(isHere);
  device.onFault(() => {
    faulty = true;
    draw();
  });
  document.addEventListener("click", onClick);
  document.addEventListener("apparatus:again", ({ detail }) => {
    drafts.put({ ...detail, state: "writing" });
    goOn(detail);
  });
  const soon = perFrame(refresh);
  drafts.onChange(soon);
  // A form that was closed without being saved is offered.
  new MutationObserver((records) => records.some(({ removedNodes }) => [...removedNodes].some((node) => node.querySelector?.("form[data-draft]") || node.matches?.("form[data-draft]"))) && soon()).observe(document.body, { childList: true, subtree: true });
  // A tab that had something open may be closed by now.
  const anew = () => {
    asked = "";
    soon();
  };
  addEventListener("focus", anew);
  document.addEventListener("visibilitychange", () => document.hidden || anew());
  refresh();
  const draft = drafting.wanted() && reader() && drafts.get(drafting.wanted());
  if (draft) goOn(draft);
}
