/**
 * Browser places to offsets and back: the inverse of archive/render.py.
 *
 * An offset is a position in the canonical text in Unicode code points. A block is an element
 * `.b[data-start]`; its text is its text content without that of `[data-skip]` elements.
 */

const BLOCK = ".b[data-start]";
const HIGH_SURROGATE = /[\uD800-\uDBFF]/;
const EDGE_SPACE = /^\s+|\s+$/g;

/** How many code points a string has before `end` (UTF-16); a place inside a pair counts as before it. */
export function codePoints(string, end = string.length) {
  let count = 0;
  for (let i = 0; i < end; count += 1) {
    const next = i + (string.codePointAt(i) > 0xffff ? 2 : 1);
    if (next > end) break;
    i = next;
  }
  return count;
}

/** The UTF-16 index of the code point number `points` of a string. */
export function utf16Index(string, points) {
  if (!HIGH_SURROGATE.test(string)) return points;
  let index = 0;
  for (let i = 0; i < points; i += 1) index += string.codePointAt(index) > 0xffff ? 2 : 1;
  return index;
}

/** The text nodes of a block that belong to the canonical text, in order. */
export function* texts(block) {
  const walker = document.createTreeWalker(block, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT, (node) => {
    if (node.nodeType === Node.TEXT_NODE) return NodeFilter.FILTER_ACCEPT;
    return node.hasAttribute("data-skip") ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_SKIP;
  });
  for (let node = walker.nextNode(); node; node = walker.nextNode()) yield node;
}

/** The canonical text of a block. */
export function textOf(block) {
  let found = "";
  for (const node of texts(block)) found += node.data;
  return found;
}

export const startOf = (block) => Number(block.dataset.start);
export const endOf = (block) => startOf(block) + codePoints(textOf(block));
export const blocksIn = (root) => [...root.querySelectorAll(BLOCK)];

/** The block that holds a node, or null. */
export function blockOf(node) {
  const element = node.nodeType === Node.ELEMENT_NODE ? node : node.parentElement;
  return element?.closest(BLOCK) ?? null;
}

/** Where a block belongs: null for the body, else the element of its note. Passages stay in one. */
export const regionOf = (block) => block.closest(".note[id], .popover");

function isBefore(text, node, offset) {
  if (node.nodeType === Node.ELEMENT_NODE) {
    const child = node.childNodes[offset];
    if (child) return Boolean(child.compareDocumentPosition(text) & Node.DOCUMENT_POSITION_PRECEDING);
    if (node.contains(text)) return true;
  }
  return Boolean(node.compareDocumentPosition(text) & Node.DOCUMENT_POSITION_PRECEDING);
}

/** The offset of a DOM place, or null when it lies in no block. */
export function offsetOf(node, nodeOffset) {
  const block = blockOf(node);
  if (!block) return null;
  let offset = startOf(block);
  for (const text of texts(block)) {
    if (text === node) return offset + codePoints(text.data, nodeOffset);
    if (!isBefore(text, node, nodeOffset)) break;
    offset += codePoints(text.data);
  }
  return offset;
}

function blockAt(blocks, offset) {
  let low = 0;
  let high = blocks.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (startOf(blocks[middle]) <= offset) low = middle;
    else high = middle - 1;
  }
  return blocks[low];
}

/** The DOM place of an offset: before the character at it (`after` false) or after the one before it. */
function placeOf(blocks, offset, after) {
  const block = blockAt(blocks, offset);
  let left = offset - startOf(block);
  let last = null;
  for (const text of texts(block)) {
    const length = codePoints(text.data);
    if (after ? left <= length && (left > 0 || length === 0) : left < length) {
      return [text, utf16Index(text.data, left)];
    }
    left -= length;
    last = text;
  }
  if (after && offset === startOf(block)) return [block, 0];
  return last ? [last, last.data.length] : [block, 0];
}

/**
 * The DOM range of `[start, end)`; it may span blocks. Null when there is no text at all.
 * `root` is where to look: the text, or an opened note.
 */
export function rangeOf(start, end, root = document.getElementById("text")) {
  const blocks = root ? blocksIn(root) : [];
  if (!blocks.length) return null;
  const range = document.createRange();
  range.setStart(...placeOf(blocks, start, false));
  if (end > start) range.setEnd(...placeOf(blocks, end, true));
  else range.collapse(true);
  return range;
}

function partOf(block, range) {
  const text = textOf(block);
  const start = startOf(block);
  const from = block.contains(range.startContainer) ? offsetOf(range.startContainer, range.startOffset) : start;
  const to = block.contains(range.endContainer)
    ? offsetOf(range.endContainer, range.endOffset)
    : start + codePoints(text);
  return { block, start: from, end: to, text: [...text].slice(from - start, to - start).join("") };
}

/**
 * What a selection means: `{start, end, quote, trimmed}`, or null when it holds no words.
 *
 * What spills is cut: the part in the body when it begins there, else the one note that it begins
 * in; `trimmed` says that words were cut off. White space at its ends is never part of it.
 */
export function trimSelection(range, root = document.getElementById("text")) {
  const touched = blocksIn(root)
    .filter((block) => range.intersectsNode(block))
    .map((block) => partOf(block, range));
  const worded = touched.filter((part) => part.text.trim());
  if (!worded.length) return null;
  const region = regionOf(worded[0].block);
  const kept = touched.filter((part) => regionOf(part.block) === region);
  const whole = kept.map((part) => part.text).join("\n");
  const quote = whole.replace(EDGE_SPACE, "");
  const start = kept[0].start + codePoints(whole, whole.indexOf(quote));
  const trimmed = worded.some((part) => regionOf(part.block) !== region);
  return { start, end: start + codePoints(quote), quote, trimmed };
}
