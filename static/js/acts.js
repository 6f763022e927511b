/** Keys for what can be done with the annotation that is lit, as far as its card offers it; and undo. */

import { activate, CARD } from "./cards.js";
import { focusText, reader, say } from "./dom.js";
import { bind } from "./keys.js";
import { currentCard } from "./moves.js";

let neighbour = null;

/** Follows a link of the card, or of the reply that has the focus. */
function follow(selector, words) {
  const card = currentCard();
  if (!card) return void say("No annotation is lit. Go to one first.");
  const reply = document.activeElement?.closest(".reply");
  const root = reply && card.contains(reply) ? reply.querySelector(":scope > .meta") : card.querySelector(":scope > .acts");
  const link = root?.querySelector(selector) ?? (reply ? null : card.querySelector(`:scope > .asked ${selector}`));
  if (!link) return void say(words);
  // Where the focus is, it goes on: to the form, or back to the card.
  if (!card.contains(document.activeElement)) card.focus({ preventScroll: true });
  activate(card);
  link.click();
}

function thread() {
  const card = currentCard();
  if (!card) return void say("No annotation is lit. Go to one first.");
  const replies = card.querySelector(":scope > details.replies");
  if (!replies) return void say("It has no replies.");
  replies.open = !replies.open;
  activate(card);
  replies.querySelector("summary").focus({ preventScroll: true });
}

function remove() {
  const all = [...document.querySelectorAll(`#margin ${CARD}`)];
  const at = all.findIndex((card) => card.id === currentCard()?.id);
  neighbour = (all[at + 1] ?? all[at - 1])?.id ?? null;
  follow('a[hx-post$="/delete/"]', "You cannot delete this.");
}

/** What is deleted leaves the focus to what stands next to it. */
function changed({ detail }) {
  if (detail.action !== "delete") return;
  setTimeout(() => {
    if (document.activeElement && document.activeElement !== document.body) return;
    const next = neighbour && document.querySelector(`#margin [id="${neighbour}"]`);
    if (next?.offsetParent) next.focus({ preventScroll: true });
    else focusText();
  }, 60);
}

/** Takes back what one did last in this set, or does it again; not while a form is open. */
function turn(way) {
  const address = reader()?.dataset.annotate;
  if (!address || document.querySelector("#composer.open, #margin form.composer, #stack form.composer")) return false;
  const set = address.split("/annotate/")[0];
  htmx.ajax("POST", `${set}/${way}/`, { target: "#toast", swap: "none" });
}

export function start() {
  bind("undo", () => turn("undo"));
  bind("redo", () => turn("redo"));
  bind("thread", thread);
  bind("reply", () => follow('a[href$="/reply/"]', "You cannot reply to this."));
  bind("edit", () => follow('a[href$="/edit/"]', "You cannot edit this."));
  bind("passage", () => follow("a[data-act=passage]", "You cannot change its passage."));
  bind("question", () => follow('a[href$="/question/"]', "This is no question of yours."));
  bind("delete", remove);
  document.body.addEventListener("apparatus:changed", changed);
}
