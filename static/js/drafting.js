/**
 * Forms that are kept while they are written (`form[data-draft]`): what is typed goes into a record on
 * this device, and what was typed before is offered when the form is opened again.
 *
 * `data-draft` says what the form is about, `-what` names it in words, `-page` is where it can be opened
 * again, `-place` the document that it belongs to; `-sends`: what it sends may arrive twice and is done
 * once, so that it can be sent later by itself.
 */

import { make, say } from "./dom.js";
import * as drafts from "./drafts.js";
import * as tabs from "./tabs.js";

const FORM = "form[data-draft]";
// What no one writes: it comes with the form, or is made when it is sent.
const GIVEN = new Set(["csrfmiddlewaretoken", "writer", "uuid", "base", "promised", "zone", "start", "end", "quote"]);
const UNKEPT = new Set(["csrfmiddlewaretoken", "writer"]);
const OFTEN = 250;
const PASSAGE = ["start", "end", "quote"];
const open = new Map();
let resuming = /^#draft=([0-9a-f]{24})$/.exec(location.hash)?.[1] ?? null;
let isHere = () => true;

/** Sets who says whether the passage of a record is still in the text. */
export const findBy = (found) => (isHere = found);
/** The next form that belongs to this record takes it up without asking. */
export const resume = (id) => (resuming = id);
export const wanted = () => resuming;

/** The records whose forms are open in this tab. */
export const openHere = () => [...open].filter(([, { form }]) => form.isConnected).map(([id]) => id);
export const formOf = (id) => (open.get(id)?.form.isConnected ? open.get(id).form : null);
const entryOf = (form) => [...open.values()].find((entry) => entry.form === form);
export const recordOf = (form) => entryOf(form)?.id ?? null;

const valueIn = (form, name) => form.elements.namedItem(name)?.value ?? "";

/** What a form is about: with the passage, where it is one for a new annotation. */
function aboutOf(form) {
  const at = form.elements.namedItem("quote") ? `@${valueIn(form, "start")}-${valueIn(form, "end")}` : "";
  return form.dataset.draft + at;
}

const valuesOf = (form) => [...new FormData(form)].filter(([name, value]) => !UNKEPT.has(name) && typeof value === "string");

/** Whether anything stands in the form that did not come with it. */
function isWritten(form) {
  return [...form.elements].some((field) => {
    // A moment is put into the reader's own zone by a script.
    if (!field.name || GIVEN.has(field.name) || field.type === "submit" || field.dataset.moment) return false;
    if (field.type === "checkbox" || field.type === "radio") return field.checked !== field.defaultChecked;
    if (field instanceof HTMLSelectElement) {
      return [...field.options].some((option) => option.selected !== option.defaultSelected) && field.value !== (field.querySelector("[selected]") ?? field.options[0])?.value;
    }
    return "defaultValue" in field && field.value !== field.defaultValue;
  });
}

/** The record of a form as it stands now. */
function recordFor(form, id) {
  const { draft, draftWhat, draftPage, draftPlace, draftEdition } = form.dataset;
  return {
    id,
    about: aboutOf(form),
    on: draft,
    what: draftWhat,
    where: document.title.replace(/ · Apparatus$/, ""),
    page: draftPage ?? location.pathname + location.search,
    place: draftPlace ?? new URL(draftPage ?? location.href, location.href).pathname,
    edition: draftEdition ?? "",
    action: form.action,
    sends: "draftSends" in form.dataset,
    values: valuesOf(form),
    at: Date.now(),
    state: "writing",
  };
}

function bind(form, id) {
  const entry = { form, id, timer: 0, kept: Date.now() };
  open.set(id, entry);
  return entry;
}

/** Keeps what stands in a form now; gives its record, or null where nothing is written. What is sent is
 * kept in any case (`all`): a passage alone is an annotation, too. */
export function keep(form, all = false) {
  if (!drafts.writer() || "done" in form.dataset) return null;
  let entry = entryOf(form);
  if (!entry && !all && !isWritten(form)) return null;
  entry ??= bind(form, drafts.newId());
  clearTimeout(entry.timer);
  entry.timer = 0;
  entry.kept = Date.now();
  const before = drafts.get(entry.id);
  // A form that is closed writes on in its record, but makes none anew of what was sent meanwhile.
  if (!form.isConnected && !before) return null;
  const record = recordFor(form, entry.id);
  if (!all && !isWritten(form) && !before?.taken) {
    drafts.drop(entry.id);
    open.delete(entry.id);
    return null;
  }
  // A field tells of its change once more when it is left: what waits is not written on by that.
  if (before && JSON.stringify(before.values) === JSON.stringify(record.values)) return before;
  drafts.put({ ...record, taken: before?.taken });
  return record;
}

function onInput(event) {
  const form = event.target.closest?.(FORM);
  if (!form) return;
  const entry = entryOf(form);
  if (!entry || Date.now() - entry.kept > OFTEN) keep(form);
  else if (!entry.timer) entry.timer = setTimeout(keep, OFTEN, form);
}

/** Before the page goes: what was typed in the last moment. */
function flush() {
  for (const { form, timer } of open.values()) if (timer && form.isConnected) keep(form);
}

/** Puts what was written into a form. */
function fill(form, draft) {
  for (const field of form.elements) {
    if (!field.name || UNKEPT.has(field.name) || field.name === "promised" || PASSAGE.includes(field.name)) continue;
    const given = draft.values.filter(([name]) => name === field.name).map(([, value]) => value);
    if (field.type === "checkbox" || field.type === "radio") field.checked = given.includes(field.value);
    else if (given.length && field.type !== "submit") [field.value] = given;
  }
}

function unfold(form) {
  const details = form.closest("details");
  if (details) details.open = true;
}

/** The form takes a record up: its words, its uuid and what it was opened on. */
export function take(form, draft) {
  fill(form, draft);
  open.delete(recordOf(form));
  const id = drafts.newId();
  bind(form, id);
  // A record is written by one form alone: the other's stays the other's, should it be open after all.
  drafts.put({ ...recordFor(form, id), at: draft.at, taken: true, fault: draft.fault });
  drafts.drop(draft.id);
  form.querySelector(".resume")?.remove();
  if (draft.fault) form.prepend(make("p", { class: "errors resume", role: "alert" }, draft.fault));
  unfold(form);
  const field = form.querySelector("textarea:not([hidden])");
  field?.focus({ preventScroll: true });
  field?.setSelectionRange(field.value.length, field.value.length);
  say("What you were writing is in the form again.");
}

/** Forgets what a form wrote: it is saved, or thrown away. */
export function forget(form) {
  const entry = entryOf(form);
  if (!entry) return null;
  clearTimeout(entry.timer);
  open.delete(entry.id);
  const draft = drafts.get(entry.id);
  drafts.drop(entry.id);
  return draft;
}

function offer(form, draft) {
  const go = make("button", { type: "button", class: "button" }, "Go on");
  const away = make("button", { type: "button", class: "button quiet" }, "Throw away");
  const words = `You were writing ${draft.what} ${drafts.ago(draft.at)}.`;
  const box = make("div", { class: "resume", role: "status" }, make("p", {}, words), make("p", { class: "actions" }, go, away));
  go.addEventListener("click", () => take(form, drafts.get(draft.id) ?? draft));
  away.addEventListener("click", () => {
    drafts.drop(draft.id);
    box.remove();
  });
  form.prepend(box);
  unfold(form);
}

/** The words among the values of a form, to compare. */
const wordsOf = (values) => JSON.stringify(values.filter(([name]) => !GIVEN.has(name)));

/** The server, or the browser, gave back what was written: this is the same form again. */
function isSame(form, found) {
  const uuid = valueIn(form, "uuid");
  const words = wordsOf(valuesOf(form));
  const same = found.find((draft) => (uuid && drafts.valueOf(draft, "uuid") === uuid) || wordsOf(draft.values) === words);
  if (!same) return false;
  const base = form.elements.namedItem("base");
  // Where both are shown, she has seen what is there now.
  if (base && !form.querySelector("[data-stale]")) base.value = drafts.valueOf(same, "base") || base.value;
  drafts.drop(same.id);
  const { id } = bind(form, drafts.newId());
  drafts.put({ ...recordFor(form, id), taken: true });
  return true;
}

/** What was written in another form on the same thing: taken up, offered, or said to be open elsewhere. */
async function look(form) {
  const about = aboutOf(form);
  const found = drafts.all().filter((draft) => {
    if (openHere().includes(draft.id)) return false;
    if (draft.id === resuming) return draft.on === form.dataset.draft;
    return draft.about === about || (draft.on === form.dataset.draft && !isHere(draft));
  });
  // What was typed before this was loaded has told of itself to nobody.
  if (!found.length) return void (isWritten(form) && keep(form));
  if (isSame(form, found)) return;
  const elsewhere = await tabs.openElsewhere(found.map(({ id }) => id));
  if (!form.isConnected) return;
  const left = found.filter(({ id }) => !elsewhere.has(id));
  const chosen = left.find(({ id }) => id === resuming);
  if (chosen) {
    resuming = null;
    take(form, chosen);
  } else if (left.length && !recordOf(form)) offer(form, left[0]);
  if (elsewhere.size && found.some((draft) => elsewhere.has(draft.id) && draft.about === about)) {
    const words = "You are writing this in another tab as well. Both are kept; whichever you save second shows you the two.";
    form.prepend(make("p", { class: "hint resume", role: "status" }, words));
  }
}

export function start() {
  if (!drafts.writer()) return;
  drafts.start();
  tabs.start(openHere);
  document.addEventListener("input", onInput);
  document.addEventListener("change", onInput);
  addEventListener("pagehide", flush);
  document.addEventListener("visibilitychange", () => document.hidden && flush());
  const forms = (root) => (root.matches(FORM) ? [root] : root.querySelectorAll(FORM));
  new MutationObserver((records) => {
    for (const { addedNodes } of records) {
      for (const node of addedNodes) if (node instanceof Element) forms(node).forEach(look);
    }
  }).observe(document.body, { childList: true, subtree: true });
  forms(document.body).forEach(look);
}
