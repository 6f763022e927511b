/**
 * The paragraphs that an assignment asks for (`?range=START-END`, code points of the text): a line
 * beside them, as long as one stays on the page, whatever is swapped in.
 */

import { onChange, within } from "./changes.js";
import { toast } from "./toast.js";

const asked = /^(\d{1,9})-(\d{1,9})$/.exec(new URLSearchParams(location.search).get("range") ?? "");

function mark() {
  const [start, end] = [Number(asked[1]), Number(asked[2])];
  const blocks = [...document.querySelectorAll("#text .b[data-start]")];
  let marked = 0;
  blocks.forEach((block, i) => {
    const from = Number(block.dataset.start);
    const to = i + 1 < blocks.length ? Number(blocks[i + 1].dataset.start) - 1 : Infinity;
    const on = from < end && to > start;
    block.classList.toggle("assigned", on);
    marked += on;
  });
  return marked;
}

export function start() {
  if (!asked) return;
  const marked = mark();
  if (marked) toast(marked === 1 ? "Your assignment: the marked paragraph." : `Your assignment: the ${marked} marked paragraphs.`);
  onChange((changed) => within(changed, "#reading") && mark());
}
