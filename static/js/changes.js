/**
 * Tells what htmx swapped in, before the next paint. htmx's own events are sent from the element that
 * asked, and never arrive when the swap has removed it.
 */

const listeners = [];
let observer = null;

/** `listener` gets the elements that were added or emptied, whatever brought them. */
export const onChange = (listener) => listeners.push(listener);

/** Does what changes the page for nobody but a screen reader: it is no news. */
export function unnoticed(act) {
  tell(observer?.takeRecords() ?? []);
  act();
  observer?.takeRecords();
}

function tell(records) {
  const changed = new Set();
  for (const { target, addedNodes } of records) {
    if (target.nodeType === Node.ELEMENT_NODE) changed.add(target);
    for (const node of addedNodes) if (node.nodeType === Node.ELEMENT_NODE) changed.add(node);
  }
  const found = [...changed].filter((element) => element.isConnected);
  if (found.length) for (const listener of listeners) listener(found);
}

export function start() {
  observer = new MutationObserver((records) => {
    tell(records);
    // What a listener itself changed is no news.
    observer.takeRecords();
  });
  observer.observe(document.body, { childList: true, subtree: true });
}

export const within = (changed, selector) => changed.some((element) => element.closest(selector));
