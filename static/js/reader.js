/**
 * The reader's page made live. Every module listens on the document or the body, which no swap
 * replaces, and looks elements up when it needs them.
 */

import * as acts from "./acts.js";
import * as asked from "./asked.js";
import * as arrive from "./arrive.js";
import * as cards from "./cards.js";
import * as changes from "./changes.js";
import * as composer from "./composer.js";
import * as copy from "./copy.js";
import * as ear from "./ear.js";
import * as find from "./find.js";
import * as focus from "./focus.js";
import * as fresh from "./fresh.js";
import * as help from "./help.js";
import * as keep from "./keep.js";
import * as keyboard from "./keyboard.js";
import * as keys from "./keys.js";
import * as margin from "./margin.js";
import * as mention from "./mention.js";
import * as menus from "./menus.js";
import * as moves from "./moves.js";
import * as news from "./news.js";
import * as notes from "./notes.js";
import * as passage from "./passage.js";
import * as print from "./print.js";
import * as reach from "./reach.js";
import * as selection from "./selection.js";
import * as sheet from "./sheet.js";
import * as stack from "./stack.js";
import * as times from "./times.js";
import * as toast from "./toast.js";
import * as turn from "./turn.js";
import * as typing from "./typing.js";

document.documentElement.classList.add("js");
// htmx would carry over an element's old style with setAttribute, which the page's policy forbids, and
// give back its old classes after the modules have set theirs.
htmx.config.attributesToSettle = [];

// The order is that in which Escape is offered: what lies on top comes first.
const modules = [changes, menus, composer, keyboard, typing, reach, passage, notes, selection, sheet, stack, keep, focus, margin, cards, find, arrive, mention, toast, asked, copy, print, times, turn, fresh, news, help, ear, moves, acts, keys];
for (const module of modules) module.start();
