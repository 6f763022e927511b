/**
 * What could not be sent yet: sent by itself, with growing pauses, once the server answers again and the
 * same person is signed in. The server does the same uuid once, so a record may be sent twice.
 */

import { reader } from "./dom.js";
import * as drafting from "./drafting.js";
import * as drafts from "./drafts.js";
import * as session from "./session.js";
import { toast } from "./toast.js";

const FIRST = 2_000;
const LONGEST = 60_000;
const PATIENCE = 20_000;
// A form that is being sent is left to its own page so long.
const UNDER_WAY = 30_000;
let timer = 0;
let tries = 0;
let busy = false;

const MANY = { offline: "no connection", server: "the server does not answer", "signed-out": "you were signed out", other: "somebody else is signed in here" };
export const words = (why) => MANY[why] ?? "being sent";

/** What waits for being sent: not what is on its way from a form. */
export const waiting = () => drafts.all().filter(({ state, why }) => state === "waiting" && why);

/** The form is being sent: should the page go now, the record is sent by the next. */
export function underWay(form) {
  const record = drafting.keep(form, true);
  if (record?.sends) drafts.change(record.id, { state: "waiting", why: "", next: Date.now() + UNDER_WAY });
  return record;
}

/** The server has answered with something to look at: what was sent is written on. */
export const answered = (form) => drafts.change(drafting.recordOf(form), { state: "writing", why: "" });

/** The form could not be sent. Gives whether it will be, by itself. */
export function queue(form, why) {
  const id = drafting.recordOf(form);
  const draft = id && drafts.get(id);
  if (!draft) return false;
  drafts.change(id, draft.sends ? { state: "waiting", why, next: 0 } : { state: "writing", why: "" });
  tries = 0;
  if (why === "old-token") flush();
  else plan();
  return draft.sends;
}

function plan() {
  clearTimeout(timer);
  if (!drafts.all().some(({ state }) => state === "waiting")) return;
  const pause = Math.min(FIRST * 2 ** tries, LONGEST);
  timer = setTimeout(flush, pause * (0.8 + 0.4 * Math.random()));
}

/** Tries to send all that waits, now. */
export async function flush() {
  if (busy || !drafts.writer()) return;
  const due = drafts.all().filter(({ state, next }) => state === "waiting" && !(next > Date.now())).reverse();
  if (!due.length) return plan();
  busy = true;
  try {
    // One tab sends at a time where the browser can say so; else the server sees to it.
    const sendAll = (lock) => lock !== null && sendEach(due);
    await (navigator.locks?.request("apparatus.outbox", { ifAvailable: true }, sendAll) ?? sendAll());
  } finally {
    busy = false;
    plan();
  }
}

async function sendEach(due) {
  const now = await session.ask().catch(() => null);
  if (now?.session !== "mine") {
    tries += 1;
    const why = now ? now.session : "offline";
    for (const { id, why: before } of due) if (before !== why) drafts.change(id, { why, next: 0 });
    return;
  }
  for (const { id } of due) {
    const draft = drafts.get(id);
    if (draft?.state !== "waiting") continue;
    const why = await send(draft, now.token);
    if (why) {
      tries += 1;
      drafts.change(id, { why, next: 0 });
      return;
    }
    tries = 0;
  }
}

const shownHere = (draft) => Boolean(reader()) && draft.place === location.pathname;

/** Sends one record; gives why not, or nothing when the server has answered for good. */
async function send(draft, token) {
  const headers = { "X-CSRFToken": token, "Apparatus-Writer": drafts.writer(), "Apparatus-Kept": "1" };
  if (shownHere(draft)) Object.assign(headers, { "HX-Request": "true", "HX-Current-URL": location.href });
  const options = { method: "POST", headers, redirect: "error", signal: AbortSignal.timeout(PATIENCE) };
  let response;
  try {
    response = await fetch(draft.action, { ...options, body: new URLSearchParams(draft.values) });
  } catch {
    return "offline";
  }
  if (response.status >= 500 || response.status === 429) return "server";
  const why = response.headers.get(session.HEADER);
  if (why) return why === "old-token" ? "server" : why;
  if (response.ok) await done(draft, response);
  else failed(draft, response.status);
  return "";
}

async function done(draft, response) {
  const form = drafting.formOf(draft.id);
  if (form) {
    form.dataset.done = "";
    drafting.forget(form);
  }
  drafts.drop(draft.id);
  if (shownHere(draft)) {
    // The composer may be open for another note by now.
    const html = (await response.text()).replace(/<div id="composer"[^>]*><\/div>/, "");
    if (response.headers.get("HX-Reswap") === "none") htmx.swap("body", html, { swapStyle: "none", swapDelay: 0, settleDelay: 0 });
    const { since } = reader().dataset;
    if (since) htmx.trigger(document.body, "apparatus:news", { since });
  }
  if (form?.isConnected && form.closest("#composer")) htmx.trigger(form, "apparatus:done");
  toast(`Sent: ${draft.what}.`);
}

function failed(draft, status) {
  const fault =
    {
      409: "This was changed, or its text was, while it waited. It is not saved yet: save it again, and you are shown both.",
      404: "What this belongs to is no longer there, so it could not be saved. Copy your words before you throw it away.",
      403: "You may not save this there any more; the set may be closed. Copy your words before you throw it away.",
    }[status] ?? "The server did not take this as it is: save it again to see why.";
  drafts.change(draft.id, { state: "writing", why: "", fault });
  // The form that is open shows by itself what the server says of it.
  drafting.formOf(draft.id)?.requestSubmit();
}

export function start() {
  if (!drafts.writer()) return;
  addEventListener("online", () => {
    tries = 0;
    flush();
  });
  const back = () => !document.hidden && waiting().length && flush();
  document.addEventListener("visibilitychange", back);
  addEventListener("focus", back);
  flush();
}
