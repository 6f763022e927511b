/** Which records are being written in another tab of this browser: the tabs ask each other. */

const WAIT = 250;
const channel = "BroadcastChannel" in window ? new BroadcastChannel("apparatus.drafts") : null;
const waiting = new Set();
let own = () => [];

/** Of these records, those that another tab says it has open. */
export function openElsewhere(ids) {
  if (!channel || !ids.length) return Promise.resolve(new Set());
  return new Promise((resolve) => {
    const found = new Set();
    const hear = (theirs) => theirs.forEach((id) => found.add(id));
    waiting.add(hear);
    channel.postMessage({ ask: ids });
    setTimeout(() => {
      waiting.delete(hear);
      resolve(found);
    }, WAIT);
  });
}

/** `open` gives the records that this tab has open. */
export function start(open) {
  own = open;
  channel?.addEventListener("message", ({ data }) => {
    if (data.mine) for (const hear of waiting) hear(data.mine);
    const mine = data.ask?.filter((id) => own().includes(id)) ?? [];
    if (mine.length) channel.postMessage({ mine });
  });
}
