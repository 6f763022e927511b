/** Moments in the reader's own time zone; the server writes them in UTC. */

import { onChange } from "./changes.js";

const day = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short" });
const dated = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short", year: "numeric" });
const full = new Intl.DateTimeFormat(undefined, { dateStyle: "long", timeStyle: "short" });

function localise(root) {
  for (const time of root.querySelectorAll("time[datetime*=T]:not([title])")) {
    const moment = new Date(time.dateTime);
    if (Number.isNaN(moment.getTime())) continue;
    const sameYear = moment.getFullYear() === new Date().getFullYear();
    if (time.closest(".meta")) time.textContent = (sameYear ? day : dated).format(moment);
    time.title = full.format(moment);
  }
}

export function start() {
  onChange((changed) => changed.forEach(localise));
  localise(document);
}
