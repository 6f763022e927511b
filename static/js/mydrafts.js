/** A list of what one wrote and did not save yet: it lies on this device alone (drafts.js). */

import * as drafts from "./drafts.js";
import { make } from "./dom.js";

const full = new Intl.DateTimeFormat(undefined, { dateStyle: "long", timeStyle: "short" });

function line({ id, what, where, when, words, link, state }) {
  const time = make("time", { datetime: when.toISOString(), title: full.format(when) }, drafts.ago(when.getTime()));
  const meta = make("p", { class: "meta" }, make("span", {}, where || "on this device"), " ", time);
  if (state === "waiting") meta.prepend(make("span", { class: "state" }, "waits to be sent"), " ");
  const drop = make("button", { type: "button", class: "button quiet" }, "Discard");
  drop.append(make("span", { class: "visually-hidden" }, `: ${what}`));
  drop.addEventListener("click", () => drafts.drop(id));
  const item = make("li", {}, make("a", { href: link }, what || "A draft"));
  if (words) item.append(make("p", { class: "quote" }, words.length > 300 ? `${words.slice(0, 299)}…` : words));
  item.append(meta, make("div", { class: "actions" }, drop));
  return item;
}

function show(section) {
  const found = drafts.drafts();
  section.hidden = found.length === 0;
  section.querySelector("ul").replaceChildren(...found.map(line));
}

/** Fills the section, which stays hidden while there is nothing in it. */
export function start(section = document.getElementById("drafts")) {
  if (!section) return;
  drafts.start();
  drafts.onChange(() => show(section));
  show(section);
}
