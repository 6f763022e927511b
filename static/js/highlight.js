/** Paints ranges without touching the DOM (CSS Custom Highlight API); does nothing where it is unknown. */

export const known = "highlights" in CSS;

/** Paints `ranges` as `::highlight(name)`; an empty list clears it. */
export function paint(name, ranges) {
  if (!known) return;
  const found = ranges.filter(Boolean);
  if (found.length) CSS.highlights.set(name, new Highlight(...found));
  else CSS.highlights.delete(name);
}

export const clear = (name) => paint(name, []);
