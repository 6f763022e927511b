/** What is done in the tree goes to the server one after the other; its answer is the tree as it is. */

const desk = () => document.querySelector(".desk");
const address = (tail) => location.pathname.replace(/edit\/$/, tail);
let waiting = 0;
let last = Promise.resolve();
let failed = false;
let behind = false;

/** The reason that was given in the tools, for one act. */
const why = () => document.getElementById("why")?.value ?? "";

/** The revision of the codebook that the page shows; none where a tree that came was not taken. */
const seen = () => (behind ? "" : (document.getElementById("codebook-undo")?.dataset.seen ?? ""));

/** The theme that is open beside the tree. */
const shown = () => document.getElementById("shown")?.value ?? "";

/** Sends an act; `takeBack` puts the page back when the server could not be asked. */
export function send(tail, values, takeBack = () => {}) {
  const reason = why();
  waiting += 1;
  last = last.then(async () => {
    failed = false;
    // What the page shows when it is sent, not when it was asked for.
    const sent = { why: reason, shown: shown(), seen: seen(), ...values };
    try {
      await htmx.ajax("POST", address(tail), { source: desk(), values: sent, swap: "none" });
    } catch {
      failed = true;
    }
    waiting -= 1;
    if (failed) takeBack();
  });
  return last;
}

export function start() {
  const lost = () => (failed = true);
  for (const name of ["htmx:responseError", "htmx:sendError", "htmx:timeout"]) document.body.addEventListener(name, lost);
  // While more is on its way, the tree on the page is ahead of the answer.
  document.body.addEventListener("htmx:oobBeforeSwap", ({ detail }) => {
    if (detail.target.id !== "codebook-tree") return;
    behind = waiting > 1 || document.querySelector("#themes .held, #themes .naming") !== null;
    if (behind) detail.shouldSwap = false;
  });
  document.body.addEventListener("htmx:configRequest", ({ detail }) => {
    if (detail.verb !== "post") return;
    const more = { shown: shown(), why: why() };
    if (detail.path.endsWith("/edit/")) more.seen = seen();
    for (const [name, value] of Object.entries(more)) if (!detail.formData.get(name)) detail.formData.set(name, value);
  });
  document.body.addEventListener("apparatus:codebook", ({ detail }) => {
    if (!detail.done) return;
    const field = document.getElementById("why");
    if (field) field.value = "";
  });
}
