/** Plain pages with a note to write or with moments of others: members to mention, local times. */

import * as changes from "./changes.js";
import * as mention from "./mention.js";
import * as times from "./times.js";

document.documentElement.classList.add("js");
for (const module of [changes, mention, times]) module.start();
