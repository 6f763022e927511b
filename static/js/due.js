/**
 * Times on pages about assignments in the reader's own time zone: those that are shown, and those
 * that are typed. The server takes typed times in the zone that the form names.
 */

document.documentElement.classList.add("js");

const shown = new Intl.DateTimeFormat(undefined, {
  weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit",
});
const dated = new Intl.DateTimeFormat(undefined, {
  weekday: "short", day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit",
});
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;

for (const time of document.querySelectorAll("time[data-local]")) {
  const moment = new Date(time.dateTime);
  if (Number.isNaN(moment.getTime())) continue;
  const thisYear = moment.getFullYear() === new Date().getFullYear();
  time.textContent = (thisYear ? shown : dated).format(moment);
  if (time.closest(".due")) time.append(" (your time)");
  time.title = time.dateTime;
}

/** What an input of local times takes: the moment in this zone, without saying so. */
function local(moment) {
  const minutes = moment.getTime() - moment.getTimezoneOffset() * 60_000;
  return new Date(minutes).toISOString().slice(0, 16);
}

// A form that comes back with faults keeps the zone that it was filled in under.
const named = document.querySelector("input[name=zone]");
if (named && zone && !named.value) {
  for (const input of document.querySelectorAll("input[type=datetime-local][data-moment]")) {
    input.value = local(new Date(input.dataset.moment));
  }
  named.value = zone;
  document.querySelector("[data-zone-name]").textContent = `${zone} (your time)`;
}
