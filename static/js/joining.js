/** Join links: they are copied by a button; a password can be looked at; a form is sent once. */

import * as copy from "./copy.js";
import { make } from "./dom.js";
import * as toast from "./toast.js";

document.documentElement.classList.add("js");

/** A second tap while the answer is on its way would make a second account. */
function once(form) {
  let sent = false;
  form.addEventListener("submit", (event) => {
    if (sent) event.preventDefault();
    sent = true;
  });
  // From the browser's memory the page comes back as it was left.
  addEventListener("pageshow", () => (sent = false));
}

/** Typed once only, a password must be possible to check. */
function reveal(field) {
  const box = make("input", { type: "checkbox" });
  box.addEventListener("change", () => field.setAttribute("type", box.checked ? "text" : "password"));
  field.after(make("label", { class: "reveal" }, box, " Show it"));
}

for (const form of document.querySelectorAll("form[data-once]")) once(form);
for (const field of document.querySelectorAll("input[autocomplete=new-password]")) reveal(field);
copy.start();
toast.start();
