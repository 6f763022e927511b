/** Says that something goes on while a long act is done, and lets nobody send it twice. */

import { make } from "./dom.js";

for (const form of document.querySelectorAll("form[data-working]")) {
  form.addEventListener("submit", () => {
    const says = form.querySelector(".working");
    says?.replaceChildren(make("progress", { "aria-label": "Working" }), ` ${form.dataset.working}`);
    if (says) says.hidden = false;
    // After the form has been read: a disabled button would not be sent.
    setTimeout(() => {
      for (const button of form.querySelectorAll("button[type=submit]")) button.disabled = true;
    });
  });
}

// Back from where it led to: the button is needed again.
addEventListener("pageshow", ({ persisted }) => {
  if (!persisted) return;
  for (const button of document.querySelectorAll("form[data-working] button[type=submit]")) button.disabled = false;
  for (const says of document.querySelectorAll("form[data-working] .working")) says.hidden = true;
});
