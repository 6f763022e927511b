/** What a day is called in the reader's own time zone, as the server calls it (annotations/days.py). */

const DAY = 86_400_000;
const named = (options) => (moment) => new Intl.DateTimeFormat("en", options).format(moment);
const weekday = named({ weekday: "long" });
const month = named({ month: "long" });
const two = (number) => String(number).padStart(2, "0");

/** The day of a moment, as `2026-11-23`. */
export const dayOf = (moment) =>
  `${moment.getFullYear()}-${two(moment.getMonth() + 1)}-${two(moment.getDate())}`;

/** Today, Yesterday, the weekday of the last seven days, or the date. */
export function nameOf(moment, now = new Date()) {
  const noon = (one) => Date.UTC(one.getFullYear(), one.getMonth(), one.getDate());
  const ago = Math.round((noon(now) - noon(moment)) / DAY);
  if (ago === 0 || ago === 1) return ["Today", "Yesterday"][ago];
  if (ago > 1 && ago < 7) return weekday(moment);
  const year = moment.getFullYear() === now.getFullYear() ? "" : ` ${moment.getFullYear()}`;
  return `${weekday(moment)}, ${moment.getDate()} ${month(moment)}${year}`;
}
