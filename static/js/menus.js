/** The bar: its height for what stands below it; its menus, closed by Escape and by a press elsewhere. */

export function start() {
  const bar = document.getElementById("bar");
  const sticky = () => bar && getComputedStyle(bar).position === "sticky";
  const measure = () =>
    document.documentElement.style.setProperty("--bar-now", `${sticky() ? bar.offsetHeight : 0}px`);
  if (bar) new ResizeObserver(measure).observe(bar);
  const open = () => [...document.querySelectorAll("details.pick[open]")];
  document.addEventListener("pointerdown", (event) => {
    for (const menu of open()) if (!menu.contains(event.target)) menu.open = false;
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of open()) {
      menu.open = false;
      menu.querySelector("summary").focus();
      event.preventDefault();
    }
  });
  document.addEventListener("focusin", (event) => {
    for (const menu of open()) if (!menu.contains(event.target) && event.target.matches?.(":focus-visible")) menu.open = false;
  });
  // A choice in a menu swaps the bar: the menu stays open and the focus stays on the choice.
  let kept = null;
  document.body.addEventListener("htmx:beforeSwap", () => {
    const link = document.activeElement?.closest("details.pick[open] a");
    const menu = link?.closest("details.pick") ?? open()[0];
    const at = link ? [...menu.querySelectorAll("a")].indexOf(link) : -1;
    kept = menu?.id ? { id: menu.id, at } : null;
  });
  document.body.addEventListener("htmx:oobAfterSwap", (event) => {
    if (!kept || event.detail.target?.id !== "filters") return;
    const menu = document.getElementById(kept.id);
    if (!menu) return;
    menu.open = true;
    menu.querySelectorAll("a")[kept.at]?.focus({ preventScroll: true });
  });
}
