/** Says to the stylesheet of a plain page that scripts run: what needs them is shown then. */

document.documentElement.classList.add("js");
