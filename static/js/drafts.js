/**
 * What is being written, kept on this device: one record for each form that is open somewhere, or was.
 *
 * A record belongs to the account that the page was made for (an opaque key) and is written by one
 * form alone, so that two tabs never write over each other. Its state is "writing", or "waiting" for
 * being sent; `why` says what it waits for, `fault` why it could not be saved as it is.
 */

import * as device from "./device.js";

const PREFIX = "apparatus.draft.";
const DAYS = 30 * 24 * 60 * 60 * 1000;
const listeners = [];
const meta = () => document.querySelector("meta[name=writer]");

/** The key of whoever is signed in on this page; empty for nobody. */
export const writer = () => meta()?.content ?? "";
/** Where to ask who is signed in now, and where to sign in. */
export const addresses = () => meta()?.dataset ?? {};
const keyOf = (id) => `${PREFIX}${writer()}.${id}`;

/** `listener` is called whenever something is kept, changed or dropped, here or in another tab. */
export const onChange = (listener) => listeners.push(listener);
const tell = () => listeners.forEach((listener) => listener());

/** A name that no other record has; crypto.randomUUID is there on secure pages alone. */
export function newId() {
  return [...crypto.getRandomValues(new Uint8Array(12))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

export const get = (id) => (writer() ? device.read(keyOf(id)) : null);

export function put(draft) {
  if (!writer()) return false;
  const kept = device.write(keyOf(draft.id), draft);
  tell();
  return kept;
}

/** Changes some of a record, if it is still there. */
export function change(id, values) {
  const draft = get(id);
  if (draft) put({ ...draft, ...values });
  return draft !== null;
}

export function drop(id) {
  device.remove(keyOf(id));
  tell();
}

/** All records of this account on this device, the newest first; those of long ago are dropped. */
export function all() {
  if (!writer()) return [];
  const found = device.keys(`${PREFIX}${writer()}.`).map(device.read).filter(Boolean);
  const old = Date.now() - DAYS;
  for (const draft of found) if (draft.at < old) device.remove(keyOf(draft.id));
  return found.filter(({ at }) => at >= old).sort((a, b) => b.at - a.at);
}

export const valueOf = (draft, name) => draft.values.find(([key]) => key === name)?.[1] ?? "";
export const linkTo = (draft) => `${draft.page}#draft=${draft.id}`;

/** For a list of what is not saved on this device: what, where, since when, its words, and a way to it. */
export function drafts() {
  return all().map((draft) => ({
    id: draft.id,
    what: draft.what,
    where: draft.where,
    when: new Date(draft.at),
    words: valueOf(draft, "note") || valueOf(draft, "definition") || valueOf(draft, "prompt"),
    link: linkTo(draft),
    state: draft.state,
  }));
}

/** How long ago something was written, in words. */
export function ago(at) {
  const minutes = Math.round((Date.now() - at) / 60_000);
  if (minutes < 1) return "just now";
  const units = [["minute", minutes, 60], ["hour", Math.round(minutes / 60), 24], ["day", Math.round(minutes / 1440), Infinity]];
  const [unit, count] = units.find(([, number, most]) => number < most);
  return `${count} ${unit}${count === 1 ? "" : "s"} ago`;
}

export function start() {
  addEventListener("storage", ({ key }) => (key === null || key.startsWith(PREFIX)) && tell());
}
