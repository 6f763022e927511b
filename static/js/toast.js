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

/** Says something in the toast. */
export function toast(words) {
  slot()?.replaceChildren(make("span", {}, words));
  show();
}

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
    const status = event.detail.xhr.status;
    const words = {
      403: "You may not do this here. Nothing was changed.",
      404: "This is no longer here. Load the page again to see its present state.",
    };
    toast(words[status] ?? "The server could not do this. Nothing was changed; try again.");
  });
  document.body.addEventListener("htmx:sendError", () =>
    toast("The server cannot be reached. Nothing was changed; what you wrote is still here."),
  );
  document.addEventListener("keydown", (event) => event.key === "Escape" && over(event) && hide());
  show();
}
