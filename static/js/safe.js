/** Nothing that is written is lost: what keeps it, sends it, and offers it again, on every page. */

import * as drafting from "./drafting.js";
import * as leaving from "./leaving.js";
import * as offers from "./offers.js";
import * as outbox from "./outbox.js";
import * as sending from "./sending.js";
import * as session from "./session.js";

let started = false;

export function start() {
  if (started) return;
  started = true;
  // Who finds a passage is set before the first form is looked at.
  for (const module of [session, leaving, offers, drafting, sending, outbox]) module.start();
}
