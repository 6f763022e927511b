/** The page on which a codebook is edited. */

import * as changes from "./changes.js";
import * as toast from "./toast.js";
import * as tree from "./tree.js";
import * as drag from "./treedrag.js";
import * as edit from "./treeedit.js";
import * as moves from "./treemoves.js";
import * as sending from "./treesend.js";

document.documentElement.classList.add("js");
for (const module of [changes, toast, sending, tree, moves, drag, edit]) module.start();
