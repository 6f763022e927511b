/** Small helpers that several modules share. */

const wide = matchMedia("(min-width: 1100px)");
const phone = matchMedia("(max-width: 699px)");

export const isWide = () => wide.matches;
export const isPhone = () => phone.matches;
export const onWidthChange = (act) => [wide, phone].forEach((query) => query.addEventListener("change", act));
export const calm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;
export const reader = () => document.getElementById("reading");
export const text = () => document.getElementById("text");

/** Gives the focus to the text, from where the keys of the reader go on. */
export function focusText() {
  text()?.setAttribute("tabindex", "-1");
  text()?.focus({ preventScroll: true });
}

/** Whether a key belongs to somebody else: a field, a control, a dialog, or a shortcut of the system. */
export function isTaken(event) {
  if (event.defaultPrevented || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return true;
  const field = "input, textarea, select, [contenteditable], dialog[open]";
  return event.target instanceof Element && event.target.closest(field) !== null;
}

/** Whether Enter or Space would act on the focused element. */
export const isControl = (element) =>
  element instanceof Element && element.closest("a[href], button, summary, label, [role=button]") !== null;

/** An element: `make("button", {class: "button", type: "button"}, "Save")`. */
export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

/** The first element that matches, made and appended to the body when there is none. */
export function once(selector, maker) {
  const found = document.querySelector(selector);
  if (found) return found;
  const made = maker();
  document.body.append(made);
  return made;
}

/** `act`, at most once a frame. */
export function perFrame(act) {
  let asked = false;
  return () => {
    if (asked) return;
    asked = true;
    requestAnimationFrame(() => {
      asked = false;
      act();
    });
  };
}

/** Says something to a screen reader, politely. */
export function say(words) {
  const region = once("#live", () => make("p", { id: "live", class: "unseen", role: "status", "aria-live": "polite" }));
  region.textContent = words;
}

/** Brings a range or element into view when it is not, below the bar and clear of what lies at the foot. */
export function bringIntoView(target, foot = 120) {
  const box = target.getBoundingClientRect();
  const bar = document.getElementById("bar")?.offsetHeight ?? 0;
  const top = bar + 16;
  const bottom = innerHeight - foot;
  const by = box.top < top ? box.top - top : box.bottom > bottom ? Math.min(box.bottom - bottom, box.top - top) : 0;
  if (by) scrollBy({ top: by, behavior: calm() ? "instant" : "smooth" });
}
