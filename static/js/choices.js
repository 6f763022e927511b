/** What a reader has chosen for this browser alone; where nothing can be kept, it holds for the page. */

const held = new Map();

/** The choice of this name, or `usual`. */
export function chosen(name, usual) {
  if (held.has(name)) return held.get(name);
  try {
    return localStorage.getItem(`apparatus:${name}`) ?? usual;
  } catch {
    return usual;
  }
}

export function choose(name, value) {
  held.set(name, value);
  try {
    localStorage.setItem(`apparatus:${name}`, value);
  } catch {
    // A browser that keeps nothing forgets it with the page.
  }
}
