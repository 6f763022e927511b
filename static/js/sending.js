/**
 * A kept form is sent: by htmx where the page is live, else by this module, so that words which did not
 * arrive stay in the form and go out later. What the server answers otherwise is the page's business.
 */

import { make, say } from "./dom.js";
import * as drafting from "./drafting.js";
import * as outbox from "./outbox.js";
import * as session from "./session.js";
import { toast } from "./toast.js";

const PATIENCE = 20_000;
const kept = (element) => (element instanceof HTMLFormElement && "draft" in element.dataset ? element : null);

/** Says in the form what becomes of it; the form for a new note closes, since a line says it too. */
function failed(form, why) {
  const waits = outbox.queue(form, why);
  form.querySelector(".unsent")?.remove();
  if (waits && form.closest("#composer")) form.dispatchEvent(new CustomEvent("apparatus:done", { bubbles: true }));
  else {
    const after = waits ? "It is kept on this device, and sent by itself." : "It is kept on this device: save it again when you are back.";
    form.append(make("p", { class: "errors unsent", role: "alert" }, `Not sent yet: ${outbox.words(why)}. ${after}`));
  }
  if (why === "old-token") return;
  if (why === "signed-out" || why === "other") session.tell(why);
  else say(`Not sent yet: ${outbox.words(why)}. What you wrote is kept on this device.`);
}

function saved(form) {
  form.dataset.done = "";
  drafting.forget(form);
}

const whyOf = (status) => (status >= 500 || status === 429 ? "server" : "");

function listenToHtmx() {
  const { body } = document;
  body.addEventListener("htmx:configRequest", ({ detail }) => {
    const form = detail.verb !== "get" && kept(detail.elt);
    if (!form) return;
    detail.timeout = PATIENCE;
    outbox.underWay(form);
  });
  body.addEventListener("htmx:beforeOnLoad", ({ detail }) => {
    const form = detail.requestConfig.verb !== "get" && kept(detail.requestConfig.elt);
    if (!form) return;
    const { xhr } = detail;
    const why = session.told(xhr) ?? whyOf(xhr.status);
    if (why) failed(form, why);
    else if (xhr.status < 300) saved(form);
    else outbox.answered(form);
  });
  for (const event of ["htmx:sendError", "htmx:timeout", "htmx:sendAbort"]) {
    body.addEventListener(event, ({ detail }) => {
      const form = detail.requestConfig?.verb !== "get" && kept(detail.requestConfig?.elt);
      if (form) failed(form, "offline");
    });
  }
}

/** Goes there; this very page is loaded anew, since another fragment alone would not do it. */
function follow(to) {
  if (to.pathname + to.search !== location.pathname + location.search) return location.assign(to);
  history.replaceState(null, "", to);
  location.reload();
}

/** Where the answer of a form leads to; null when the page itself has to be asked. */
async function post(form, submitter) {
  const data = new FormData(form, submitter);
  const headers = { "Apparatus-Kept": "1", "Content-Type": "application/x-www-form-urlencoded" };
  const options = { method: "POST", headers, redirect: "error", signal: AbortSignal.timeout(PATIENCE) };
  const response = await fetch(form.action, { ...options, body: new URLSearchParams(data).toString() });
  const why = response.headers.get(session.HEADER) ?? whyOf(response.status);
  return { why, go: response.headers.get("Apparatus-Go") };
}

async function onSubmit(event) {
  const form = kept(event.target);
  // What htmx has taken is not sent twice; a file cannot be kept.
  const elsewhere = event.submitter?.hasAttribute("formaction") || form?.querySelector("input[type=file]");
  if (!form || event.defaultPrevented || form.method !== "post" || elsewhere) return;
  event.preventDefault();
  if ("sending" in form.dataset) return;
  form.dataset.sending = "";
  outbox.underWay(form);
  const answer = await post(form, event.submitter).catch(() => ({ why: "offline" }));
  delete form.dataset.sending;
  if (answer.why) return failed(form, answer.why);
  if (answer.go) {
    saved(form);
    return follow(new URL(answer.go, location.href));
  }
  outbox.answered(form);
  // A page to show: errors, or both of two that changed one thing. The browser asks for it itself.
  if (event.submitter?.name) form.append(make("input", { type: "hidden", name: event.submitter.name, value: event.submitter.value }));
  HTMLFormElement.prototype.submit.call(form);
}

/** Cancel throws away what was written, and offers to bring it back. */
function onCancel(event) {
  const form = event.isTrusted && event.target.closest?.("[data-cancel], [data-keep-theirs]")?.closest("form[data-draft]");
  const live = document.getElementById("toast") !== null;
  // A plain page has nowhere to undo it: there Cancel only leaves it.
  if (!form || !(live || event.target.closest("[data-keep-theirs]"))) return;
  const draft = drafting.forget(form);
  if (draft && live) toast("Thrown away.", { name: "Undo", act: () => document.dispatchEvent(new CustomEvent("apparatus:again", { detail: draft })) });
}

export function start() {
  listenToHtmx();
  // On the window: htmx listens on the form itself, and has decided by then.
  addEventListener("submit", onSubmit);
  document.addEventListener("click", onCancel, true);
}
