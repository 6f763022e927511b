/**
 * What this device keeps. Its storage may be full, forbidden or emptied at any time: then it is told
 * once, and what is written is kept as long as the page is open.
 */

const memory = new Map();
let told = false;
let tell = () => {};

/** Sets who is told that this device keeps nothing. */
export const onFault = (listener) => (tell = listener);

function storage() {
  try {
    return localStorage;
  } catch {
    return null;
  }
}

export function read(key) {
  try {
    return JSON.parse(memory.get(key) ?? storage()?.getItem(key) ?? "null");
  } catch {
    return null;
  }
}

/** Keeps a value; gives whether it will be there when the page is closed. */
export function write(key, value) {
  const text = JSON.stringify(value);
  try {
    storage().setItem(key, text);
    memory.delete(key);
    return true;
  } catch {
    memory.set(key, text);
    if (!told) {
      told = true;
      tell();
    }
    return false;
  }
}

export function remove(key) {
  memory.delete(key);
  try {
    storage()?.removeItem(key);
  } catch {
    // What cannot be read cannot be found again either.
  }
}

/** The keys that begin so. */
export function keys(prefix) {
  const found = new Set(memory.keys());
  try {
    for (let i = 0; i < (storage()?.length ?? 0); i += 1) found.add(storage().key(i));
  } catch {
    // Forbidden: what is in memory is all there is.
  }
  return [...found].filter((key) => key.startsWith(prefix));
}
