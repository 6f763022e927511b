/** Words, sentences and paragraphs of a block, as ranges of offsets (code points). */

import { codePoints, startOf, textOf } from "./offsets.js";

const splitters = new Map();

function splitter(granularity) {
  const language = document.getElementById("text")?.lang || "en";
  const key = `${language} ${granularity}`;
  if (!splitters.has(key)) splitters.set(key, new Intl.Segmenter(language, { granularity }));
  return splitters.get(key);
}

function split(block, granularity, wanted) {
  const string = textOf(block);
  const found = [];
  let offset = startOf(block);
  for (const part of splitter(granularity).segment(string)) {
    const length = codePoints(part.segment);
    const words = part.segment.trimEnd();
    if (words && wanted(part)) found.push({ start: offset, end: offset + codePoints(words) });
    offset += length;
  }
  return found;
}

export const words = (block) => split(block, "word", (part) => part.isWordLike);
export const sentences = (block) => split(block, "sentence", () => true);

/** The block itself, without the white space around its words. */
export function paragraph(block) {
  const string = textOf(block);
  const start = startOf(block) + codePoints(string, string.length - string.trimStart().length);
  const end = startOf(block) + codePoints(string, string.trimEnd().length);
  return start < end ? [{ start, end }] : [];
}
