/** The short message at the foot of the page: it comes with a change and goes after ten seconds. */

import { onChange, within } from "./changes.js";
import { make } from "./dom.js";

const STAYS = 10_000;
let timer = 0;
let busy = false;

const slot = () => document.getElementById("toast");

function hide() {
  slot()?.classList.remove("shown");
}

function wait() {
  clearTimeout(timer);
  timer = setTimeout(hide, STAYS);
}

function show() {
  const box = slot();
  if (!box?.textContent.trim()) return;
  box.classList.add("shown");
  if (!busy) wait();
}

/** Says something in the toast; with an act, a button does it. */
export function toast(words, { name = "", act = null } = {}) {
  const parts = [make("span", {}, words)];
  if (act) {
    const button = make("button", { type: "button", class: "button" }, name);
    button.addEventListener("click", () => {
      hide();
      act();
    });
    parts.push(button);
  }
  slot()?.replaceChildren(...parts);
  show();
}

/** Whether the words that could not be sent are told of elsewhere: those of a form that is kept. */
const isKept = ({ requestConfig }) => requestConfig?.verb !== "get" && requestConfig?.elt?.matches?.("form[data-draft]");

export function start() {
  const over = (event) => event.target instanceof Element && event.target.closest("#toast") !== null;
  const hold = (event) => {
    const now = over(event);
    if (now === busy) return;
    busy = now;
    if (busy) clearTimeout(timer);
    else if (slot()?.classList.contains("shown")) wait();
  };
  document.addEventListener("pointerover", hold);
  document.addEventListener("focusin", hold);
  onChange((changed) => within(changed, "#toast") && show());
  document.body.addEventListener("htmx:responseError", (event) => {
    const { status } = event.detail.xhr;
    if (event.detail.xhr.getResponseHeader("Apparatus-Session")) return;
    if (isKept(event.detail) && (status >= 500 || status === 429)) return;
    const words = {
      403: "You may not do this here. Nothing was changed.",
      404: "This is no longer here. Load the page again to see its present state.",
    };
    toast(words[status] ?? "The server could not do this. Nothing was changed; try again.");
  });
  const lost = ({ detail }) =>
    isKept(detail) || toast("The server cannot be reached. Nothing was changed; what you wrote is still here.");
  document.body.addEventListener("htmx:sendError", lost);
  document.body.addEventListener("htmx:timeout", lost);
  document.addEventListener("keydown", (event) => event.key === "Escape" && over(event) && hide());
  show();
}
