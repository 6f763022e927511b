/**
 * Where one stopped reading: kept while one reads, offered when one comes back. Nothing moves by itself,
 * and nothing is sent while nothing changed.
 */

import { nameOf } from "./days.js";
import { make, reader, text } from "./dom.js";
import { blocksIn, endOf, startOf } from "./offsets.js";

// A reader who stands still for so long reads here (ms); an attribute of the page can say otherwise.
const PAUSE = 3000;
// Short documents are read without scrolling: after so long a first visit counts.
const STAY = 10_000;
// At most so often, but for the last word of whoever leaves.
const EVERY = 20_000;
const GONE = [401, 403, 404, 409];
// So much of a paragraph must be in view for it to be the one at the top: whoever is led to a paragraph
// still sees the end of the one before.
const LINES = 100;
// Who is less far from where she was put has not read on (px).
const STILL = 48;

let slot = null;
let timer = 0;
let sentAt = 0;
let sent = "";
let moved = false;
let known = null;
let put = 0;
let began = 0;

const wait = (usual) => Number(slot.dataset.wait ?? usual);
const set = () => new URL(reader()?.dataset.at ?? "", location.href).searchParams.get("set") ?? "";
const token = () => JSON.parse(document.body.getAttribute("hx-headers"))["X-CSRFToken"];
const body = () => (text() ? blocksIn(text()).filter((block) => !block.closest("#apparatus")) : []);

/** The paragraph at the top of the window, and up to where all is in view or above it. */
function here() {
  const blocks = body();
  if (!blocks.length) return null;
  const line = (document.getElementById("bar")?.offsetHeight ?? 0) + LINES;
  const boxes = blocks.map((block) => block.getBoundingClientRect());
  const top = boxes.findIndex((box) => box.bottom > line);
  const at = top < 0 ? blocks.length - 1 : top;
  const seen = boxes.findLastIndex((box) => box.bottom <= innerHeight);
  return { offset: startOf(blocks[at]), furthest: seen < 0 ? 0 : endOf(blocks[seen]) };
}

function stop() {
  clearTimeout(timer);
  slot.replaceChildren();
  slot.removeAttribute("data-stopped");
}

async function send(place, leaving) {
  const asked = { set: set(), edition: reader().dataset.edition, ...place };
  const words = new URLSearchParams(asked).toString();
  if (words === sent) return;
  if (!leaving && Date.now() - sentAt < wait(EVERY)) {
    later(wait(EVERY));
    return;
  }
  [sent, sentAt] = [words, Date.now()];
  const writer = document.querySelector("meta[name=writer]")?.content ?? "";
  const headers = { "X-CSRFToken": token(), "Apparatus-Writer": writer };
  const how = { method: "POST", keepalive: true, headers, body: new URLSearchParams(asked) };
  try {
    const answer = await fetch(slot.dataset.stopped, how);
    if (GONE.includes(answer.status) || answer.redirected) stop();
    else if (answer.ok && !(await answer.json()).keeps) stop();
  } catch {
    sent = "";
  }
}

/** Keeps where she is, if she has read: an offer that waits is not lost to a glance at the top. */
function keep(leaving) {
  const reads = known ? moved && Math.abs(scrollY - put) > STILL : moved || Date.now() - began >= wait(STAY);
  const place = slot.dataset.stopped && reads && !slot.firstChild ? here() : null;
  if (place) send(place, leaving);
}

function later(usual) {
  clearTimeout(timer);
  timer = setTimeout(() => document.hidden || keep(false), usual);
}

function hide() {
  slot.replaceChildren();
}

/** The paragraphs of the text up to a block, that block among them. */
function numberOf(blocks, index) {
  return blocks.slice(0, index + 1).filter((block) => block.matches("p:not(.dateline, .signature)")).length;
}

function offer() {
  const blocks = body();
  const index = blocks.findLastIndex((block) => startOf(block) <= known.offset);
  const asked = new URLSearchParams(location.search);
  if (index < 1 || location.hash || asked.has("find") || asked.has("range")) return;
  if (blocks[index].getBoundingClientRect().top < innerHeight * 0.8) return;
  const number = numberOf(blocks, index);
  const day = nameOf(new Date(known.at)).replace(/^(Today|Yesterday)$/, (word) => word.toLowerCase());
  const go = make("a", { href: `#${blocks[index].id}` }, "Go on where you stopped");
  const where = make("span", { class: "dim" }, number ? `paragraph ${number}, ${day}` : day);
  const away = make("button", { type: "button", class: "button quiet", "aria-label": "Do not go on there" }, "×");
  go.addEventListener("click", () => {
    hide();
    setTimeout(() => (put = scrollY), wait(PAUSE) / 4);
    blocks[index].tabIndex = -1;
    blocks[index].focus({ preventScroll: true });
  });
  away.addEventListener("click", hide);
  slot.replaceChildren(go, where, away);
}

/** Whoever reads on from elsewhere for a while has chosen, too. */
function scrolled() {
  if (!moved) return;
  if (slot.firstChild) {
    slot.dataset.since ??= String(Date.now());
    if (Date.now() - Number(slot.dataset.since) > wait(EVERY)) hide();
  }
  later(wait(PAUSE));
}

async function start() {
  slot = document.getElementById("stopped");
  if (!slot || !text()) return;
  const answer = await fetch(`${slot.dataset.stopped}?${new URLSearchParams({ set: set() })}`);
  if (!answer.ok || answer.redirected) return stop();
  const { keeps, stopped } = await answer.json();
  if (!keeps) return stop();
  // The offsets of another edition say nothing of this text.
  known = stopped && String(stopped.edition) === reader().dataset.edition ? stopped : null;
  [put, began] = [scrollY, Date.now()];
  if (known) offer();
  else later(wait(STAY));
  for (const name of ["wheel", "touchmove", "keydown", "pointerdown"]) {
    addEventListener(name, () => (moved = true), { passive: true });
  }
  addEventListener("scroll", scrolled, { passive: true });
  document.addEventListener("visibilitychange", () => document.hidden && keep(true));
  addEventListener("pagehide", () => keep(true));
}

start();
