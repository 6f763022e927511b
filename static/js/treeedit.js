/** Renaming and adding in the tree, and the theme that is open beside it. */

import { make, say } from "./dom.js";
import { toast } from "./toast.js";
import { byKey, current, focusOn, goTo, itemOf, nameOf, root, rowOf, walk } from "./tree.js";
import { listBelow, moved, tidy } from "./treemoves.js";
import { send } from "./treesend.js";

const panel = () => document.getElementById("panel");
const form = () => document.getElementById("panel-form");
const link = (item) => rowOf(item).querySelector(".chip");

/** A field for a name in a row; `save` gets what was typed, `leave` is called in any case. */
function ask(label, value, save, leave) {
  const input = make("input", { type: "text", maxlength: "80", "aria-label": label, autocomplete: "off" });
  const field = make("form", { class: "naming" }, input);
  let done = false;
  const finish = (wanted) => {
    if (done) return;
    done = true;
    const name = input.value.trim();
    leave(field);
    if (wanted && name && name !== value) save(name);
  };
  input.value = value;
  field.addEventListener("submit", (event) => {
    event.preventDefault();
    finish(true);
  });
  input.addEventListener("keydown", (event) => {
    event.stopPropagation();
    if (event.key === "Escape") finish(false);
  });
  input.addEventListener("blur", () => finish(true));
  return [field, input];
}

function rename(item) {
  const chip = link(item);
  const save = (name) => {
    const was = chip.textContent;
    chip.textContent = name;
    send(`${item.dataset.slug}/signs/`, { name, base: rowOf(item).dataset.base }, () => (chip.textContent = was));
  };
  const [field, input] = ask(`New name of ${nameOf(item)}`, chip.textContent, save, (one) => {
    one.remove();
    chip.hidden = false;
    focusOn(item);
  });
  chip.hidden = true;
  chip.after(field);
  input.focus();
  input.select();
}

/** A line in the tree for a new theme: next to `item`, or below it; without one at the end. */
function add(item, inside) {
  const place = make("li", { class: "new-theme", role: "none" });
  const values = item ? (inside ? { under: item.dataset.pk } : { after: item.dataset.pk }) : {};
  const [field, input] = ask("Name of the new theme", "", (name) => send("new/", { here: "1", name, ...values }), () => {
    place.remove();
    tidy();
    if (item) focusOn(item);
  });
  place.append(make("div", { class: "row" }, field));
  if (!item) root().append(place);
  else if (inside) listBelow(item).append(place);
  else item.after(place);
  input.focus();
  input.scrollIntoView({ block: "nearest" });
}

/** Whether something was written in the theme beside the tree and not saved. */
function dirty() {
  const fields = [...(form()?.elements ?? [])].filter((one) => one.name && one.name !== "under");
  return fields.some((one) => {
    if (one.type === "radio" || one.type === "checkbox") return one.checked !== one.defaultChecked;
    return ["text", "textarea"].includes(one.type) && one.value !== one.defaultValue;
  });
}

function leaving(act) {
  if (!dirty()) return void act();
  toast("What you wrote about the open theme is not saved.", { name: "Leave it", act });
}

async function open(chip, enter) {
  const item = itemOf(chip);
  // Asked for beside what is being sent, which has its own turn.
  const url = new URL(chip.href);
  await htmx.ajax("GET", url.pathname + url.search, { source: document.querySelector(".trunk"), target: "#panel", swap: "outerHTML" });
  history.replaceState(null, "", url.search);
  if (enter) panel().querySelector("#p_name")?.focus();
  else if (item) focusOn(byKey(item.dataset.pk));
}

function close() {
  const shown = document.getElementById("shown")?.value;
  panel().classList.remove("open");
  panel().replaceChildren(make("p", { class: "help" }, "Choose a theme to see and change all of it here."));
  history.replaceState(null, "", location.pathname);
  focusOn(byKey(shown) ?? current());
}

function key(event) {
  const item = itemOf(event.target);
  if (!item || event.target !== item || event.defaultPrevented) return;
  if (act(event, item)) event.preventDefault();
}

function act(event, item) {
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "z" && !event.shiftKey) {
    send("undo/", {});
    return true;
  }
  if (event.ctrlKey || event.metaKey) return false;
  if (moved(event, item)) return true;
  if (event.altKey) return false;
  if (walk(event, item)) return true;
  const acts = {
    Enter: () => leaving(() => open(link(item), true)),
    F2: () => rename(item),
    n: () => add(item, false),
    b: () => add(item, true),
    Delete: () => send(`${item.dataset.slug}/delete/`, {}),
  };
  acts[event.key]?.();
  return event.key in acts;
}

function click(event) {
  const { target } = event;
  if (!(target instanceof Element) || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  const chip = target.closest("#codebook-tree a.chip");
  if (chip) {
    event.preventDefault();
    leaving(() => open(chip, false));
  } else if (target.closest("#panel .close")) {
    event.preventDefault();
    leaving(close);
  } else if (target.closest("#add-theme") && root()) {
    event.preventDefault();
    add(null, false);
  } else if (target.closest(".rows .row") && !target.closest("input")) focusOn(itemOf(target));
}

/** A colour or an underline that is chosen beside the tree is saved at once. */
function signed({ target }) {
  if (!(target instanceof HTMLInputElement) || target.type !== "radio" || !form()?.contains(target)) return;
  const item = byKey(document.getElementById("shown").value);
  if (!item) return;
  const before = form().querySelector(`input[name=${target.name}][type=radio]:not(:checked)`);
  const base = rowOf(item).dataset.base;
  send(`${item.dataset.slug}/signs/`, { [target.name]: target.value, base }, () => before?.focus());
}

/** What comes for the theme beside the tree, where something is being written in it: what was not
 * touched becomes as it is now, the rest stays. */
function merge({ detail }) {
  if (detail.target.id !== "panel" || !dirty()) return;
  const brought = detail.fragment.querySelector?.("#panel-form");
  const now = form();
  const conflict = brought?.querySelector(".stale");
  const sent = detail.fragment.querySelector?.("#shown")?.value === document.getElementById("shown")?.value;
  if (!brought || conflict || !sent || !asked) return;
  detail.shouldSwap = false;
  for (const one of brought.elements) {
    const mine = one.id && now.querySelector(`#${one.id}`);
    if (!mine) continue;
    const signs = mine.type === "radio";
    if (signs) {
      mine.defaultChecked = one.checked;
      mine.checked = one.checked;
    } else if (mine.type === "text" && mine.value === mine.defaultValue) {
      mine.defaultValue = one.value;
      mine.value = one.value;
    }
  }
  now.querySelector("input[name=base]").value = brought.querySelector("input[name=base]").value;
}

let asked = false;

export function start() {
  document.addEventListener("keydown", key);
  document.addEventListener("click", click);
  document.addEventListener("change", signed);
  document.addEventListener("dblclick", (event) => {
    const item = itemOf(event.target);
    if (item && event.target.closest(".row") && !event.target.closest(".fold, .dots, .naming")) rename(item);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.defaultPrevented || !panel()?.contains(document.activeElement)) return;
    leaving(close);
  });
  // A change in the tree, unlike one saved in the form itself, leaves alone what is being written.
  document.body.addEventListener("htmx:configRequest", ({ detail }) => (asked = !form()?.contains(detail.elt)));
  document.body.addEventListener("htmx:oobBeforeSwap", merge);
  document.body.addEventListener("apparatus:codebook", ({ detail }) => {
    if (detail.theme && byKey(detail.theme) && !form()?.contains(document.activeElement)) goTo(detail.theme);
  });
  addEventListener("beforeunload", (event) => dirty() && event.preventDefault());
  const keys = document.getElementById("tree-keys");
  keys.addEventListener("click", () => {
    const help = document.getElementById("keys-help");
    help.hidden = !help.hidden;
    keys.setAttribute("aria-expanded", String(!help.hidden));
    if (!help.hidden) say("The keys of the tree are shown.");
  });
}
