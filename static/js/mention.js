/**
 * Whom one can mention: a list under the field while a name is typed after an @. The field keeps the
 * focus; arrows choose, Enter or Tab takes, Escape closes; a tap takes too. Without it one just types.
 */

import { make, say } from "./dom.js";

const TYPED = /(?:^|[^\w@./+-])@([\w.+-]{0,40})$/;
const WAIT = 120;
const known = new Map();
let list = null;
let field = null;
let chosen = 0;
let timer = 0;

/** What is typed after the @ before the caret: where the @ stands, and the words; null elsewhere. */
function typedIn(area) {
  if (area.selectionStart !== area.selectionEnd) return null;
  const found = TYPED.exec(area.value.slice(0, area.selectionStart));
  return found ? { at: area.selectionStart - found[1].length - 1, words: found[1] } : null;
}

const options = () => [...(list?.children ?? [])];

function close() {
  clearTimeout(timer);
  list?.remove();
  list = null;
  for (const name of ["aria-controls", "aria-activedescendant"]) field?.removeAttribute(name);
  field = null;
}

function choose(index) {
  const all = options();
  chosen = (index + all.length) % all.length;
  all.forEach((option, i) => option.setAttribute("aria-selected", String(i === chosen)));
  all[chosen].scrollIntoView({ block: "nearest" });
  field.setAttribute("aria-activedescendant", all[chosen].id);
}

function take(option) {
  const area = field;
  const typed = typedIn(area);
  close();
  if (!typed || !option) return;
  area.focus();
  area.setRangeText(`@${option.dataset.typed} `, typed.at, area.selectionStart, "end");
  area.dispatchEvent(new Event("input", { bubbles: true }));
}

function show(area, people) {
  close();
  if (!people.length) return;
  field = area;
  list = make("ul", { id: "mentions", class: "mentions", role: "listbox", "aria-label": "Members to mention" });
  people.forEach(({ typed, name }, i) => {
    const option = make("li", { id: `mention-${i}`, role: "option", "data-typed": typed });
    option.append(make("b", {}, name || typed), " ", make("span", { class: "dim" }, `@${typed}`));
    list.append(option);
  });
  (area.closest(".field") ?? area).after(list);
  list.scrollIntoView({ block: "nearest" });
  area.setAttribute("aria-controls", list.id);
  choose(0);
  say(`${people.length} ${people.length === 1 ? "member" : "members"} to mention: ${people[0].name || people[0].typed}`);
}

async function ask(area) {
  const typed = typedIn(area);
  if (!typed) return close();
  const address = new URL(area.closest("[data-mention]").dataset.mention, location.href);
  address.searchParams.set("q", typed.words);
  if (!known.has(address.href)) {
    const answer = await fetch(address, { headers: { Accept: "application/json" } }).catch(() => null);
    if (!answer?.ok || answer.redirected) return close();
    known.set(address.href, (await answer.json()).people);
  }
  // Something else may have been typed meanwhile.
  const now = typedIn(area);
  if (document.activeElement === area && now?.at === typed.at && now.words === typed.words) {
    show(area, known.get(address.href));
  }
}

function onInput(event) {
  const area = event.target;
  if (!area.matches?.("[data-mention] textarea")) return;
  area.setAttribute("aria-autocomplete", "list");
  clearTimeout(timer);
  if (typedIn(area)) timer = setTimeout(ask, WAIT, area);
  else close();
}

function onKey(event) {
  if (!list || event.target !== field || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "ArrowDown") choose(chosen + 1);
  else if (event.key === "ArrowUp") choose(chosen - 1);
  else if (event.key === "Enter" || (event.key === "Tab" && !event.shiftKey)) take(options()[chosen]);
  else if (event.key === "Escape") close();
  else return;
  event.preventDefault();
  event.stopPropagation();
}

export function start() {
  document.addEventListener("input", onInput);
  // On the window, before every other key: Escape closes the list, and not the form around it.
  addEventListener("keydown", onKey, true);
  // The field keeps the focus, and with it a phone its keyboard.
  document.addEventListener("pointerdown", (event) => event.target.closest?.("#mentions") && event.preventDefault());
  document.addEventListener("click", (event) => {
    const option = event.target.closest?.("#mentions [role=option]");
    if (option) take(option);
    else if (list && event.target !== field) close();
  });
  document.addEventListener("focusout", (event) => event.target === field && close());
}
