/**
 * The place that a search hit leads to (`?find=START-END`, code points of the text): painted, and
 * brought into view. The text is not touched, so its offsets stay.
 */

import { onChange, within } from "./changes.js";
import { bringIntoView, text } from "./dom.js";
import { known, paint } from "./highlight.js";
import { blockOf, rangeOf } from "./offsets.js";

function found() {
  const asked = /^(\d{1,9})-(\d{1,9})$/.exec(new URLSearchParams(location.search).get("find") ?? "");
  if (!asked || !text() || Number(asked[1]) >= Number(asked[2])) return null;
  return rangeOf(Number(asked[1]), Number(asked[2]));
}

function show() {
  const range = found();
  if (!range) return;
  bringIntoView(range);
  if (known) return;
  const block = blockOf(range.startContainer);
  block.tabIndex = -1;
  block.focus({ preventScroll: true });
}

export function start() {
  paint("found", [found()]);
  // The browser goes to the block named in the address; only then is it clear whether more is needed.
  if (document.readyState === "complete") show();
  else addEventListener("load", show, { once: true });
  onChange((changed) => within(changed, "#reading") && paint("found", [found()]));
}
