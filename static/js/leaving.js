/** Signing out (`form[data-leaves]`): what is not saved is shown first, and then taken off this device. */

import { make } from "./dom.js";
import * as drafts from "./drafts.js";

function list(found) {
  const items = found.map((draft) => {
    const link = make("a", { href: drafts.linkTo(draft) }, `${draft.what}, ${drafts.ago(draft.at)}`);
    return make("li", {}, draft.state === "waiting" ? "Not sent yet: " : "", link);
  });
  const head = found.length === 1 ? "This is not saved" : `These ${found.length} things are not saved`;
  const words = "They are on this device alone. Signing out throws them away, so that nobody else who uses it finds them.";
  return make("section", { class: "unsaved", role: "alert" }, make("h2", {}, head), make("ul", {}, ...items), make("p", {}, found.length === 1 ? words.replace("They are", "It is").replace("them away", "it away").replace("finds them", "finds it") : words));
}

/** Signs out, and only then takes everything off this device: it may be that nobody answers. */
async function leave(form) {
  const options = { method: "POST", headers: { "Apparatus-Kept": "1" }, redirect: "error" };
  const answer = await fetch(form.action, { ...options, body: new URLSearchParams(new FormData(form)) }).catch(() => null);
  const go = answer?.headers.get("Apparatus-Go");
  if (go) {
    for (const { id } of drafts.all()) drafts.drop(id);
    location.assign(go);
  } else if (answer) HTMLFormElement.prototype.submit.call(form);
  else if (!form.querySelector(".errors")) {
    form.append(make("p", { class: "errors", role: "alert" }, "The server cannot be reached: you are still signed in, and nothing was thrown away."));
  }
}

export function start() {
  const form = document.querySelector("[data-leaves] form");
  if (!form || !drafts.writer()) return;
  const found = drafts.all();
  if (found.length) {
    form.before(list(found));
    form.querySelector("[type=submit]").textContent = "Throw away and sign out";
  }
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    leave(form);
  });
}
