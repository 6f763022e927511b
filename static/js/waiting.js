/**
 * On every page of somebody who is signed in: where there is something to write, or something waits on
 * this device for being sent, what keeps and sends it is loaded.
 */

const key = document.querySelector("meta[name=writer]")?.content;

function waits() {
  try {
    const names = Object.keys(localStorage).filter((name) => name.startsWith(`apparatus.draft.${key}.`));
    return names.some((name) => JSON.parse(localStorage.getItem(name)).state === "waiting");
  } catch {
    return false;
  }
}

if (key && (document.querySelector("#reading, form[data-draft], [data-leaves]") || waits())) {
  import("./safe.js").then(({ start }) => start());
}
