/** One's own work by the days of one's own time zone; without this module they are the server's. */

import { dayOf, nameOf } from "./days.js";
import * as drafts from "./mydrafts.js";
import * as times from "./times.js";

document.documentElement.classList.add("js");

const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
const clock = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });
const full = new Intl.DateTimeFormat(undefined, { dateStyle: "long", timeStyle: "short" });

/** The lines under the days that they belong to here; the headings of the server are used again. */
function regroup(work) {
  const first = work.querySelector(".day");
  const lines = [...work.querySelectorAll(".day li[data-at]")];
  if (!first) return;
  const marker = document.createComment("");
  first.before(marker);
  const blank = first.cloneNode(true);
  blank.querySelector("ul").replaceChildren();
  work.querySelectorAll(".day").forEach((day) => day.remove());
  let shown = "";
  let list = null;
  for (const line of lines) {
    const moment = new Date(line.dataset.at);
    if (dayOf(moment) !== shown) {
      const day = blank.cloneNode(true);
      shown = dayOf(moment);
      day.querySelector("h3 time").dateTime = shown;
      day.querySelector("h3 time").textContent = nameOf(moment);
      list = day.querySelector("ul");
      marker.before(day);
    }
    list.append(line);
  }
  marker.remove();
}

/** What is asked for next is asked for in this zone: "this week" begins with it. */
function carry(work) {
  work.querySelector("input[name=zone]").value = zone;
  for (const link of work.querySelectorAll(".periods a, .pager a, .all a")) {
    const url = new URL(link.href);
    if (url.search) url.searchParams.set("zone", zone);
    link.href = url;
  }
}

function clocks(work) {
  for (const time of work.querySelectorAll("time.clock")) {
    const moment = new Date(time.dateTime);
    time.textContent = clock.format(moment);
    time.title = full.format(moment);
  }
}

const work = document.getElementById("work");
if (work && zone) {
  if (work.dataset.zone !== zone) regroup(work);
  carry(work);
  clocks(work);
}
times.start();
drafts.start();
