/** Who is signed in now, in whatever tab it happened; and what is told when it is nobody, or another. */

import { make, once } from "./dom.js";
import { addresses, writer } from "./drafts.js";
import { toast } from "./toast.js";

const PATIENCE = 10_000;
export const HEADER = "Apparatus-Session";
const heads = {
  "signed-out": "You were signed out",
  other: "Somebody else is signed in here",
};
const words = {
  "signed-out": "What you write is kept on this device. Sign in in a new tab and come back: what you saved is then sent by itself.",
  other: "What you write is kept on this device for you alone, and is sent under no other name. Sign in as yourself in a new tab and come back.",
};

/** Gives the page the token that holds now, for every form and every request of htmx. */
function renew(token) {
  document.body.setAttribute("hx-headers", JSON.stringify({ "X-CSRFToken": token }));
  for (const field of document.querySelectorAll("input[name=csrfmiddlewaretoken]")) field.value = token;
}

/** Asks the server: the session ("mine", "signed-out", "other") and a token. Rejects where it does not answer. */
export async function ask() {
  const signal = AbortSignal.timeout(PATIENCE);
  const response = await fetch(addresses().here, { headers: { Accept: "application/json" }, cache: "no-store", redirect: "error", signal });
  if (!response.ok) throw new Error(response.statusText);
  const now = await response.json();
  if (now.writer !== writer()) return { session: now.writer ? "other" : "signed-out" };
  renew(now.token);
  return { session: "mine", token: now.token };
}

function dialog() {
  return once("#signed-out", () => {
    const box = make("dialog", { id: "signed-out", class: "signed-out", "aria-labelledby": "signed-out-head" });
    const close = make("button", { type: "button", class: "button" }, "Later");
    close.addEventListener("click", () => box.close());
    const go = make("a", { class: "button primary", target: "_blank", rel: "noopener", href: addresses().signIn }, "Sign in in a new tab");
    go.addEventListener("click", () => box.close());
    box.append(make("h2", { id: "signed-out-head" }), make("p", {}), make("p", { class: "actions" }, go, close));
    return box;
  });
}

/** Says that nothing was done, and why: the session is over, or somebody else's. */
export function tell(why) {
  const box = dialog();
  box.querySelector("h2").textContent = heads[why];
  box.querySelector("p").textContent = words[why];
  if (!box.open) box.showModal();
}

/** What a refused request of htmx says of the session; null when it is about something else. */
export const told = (xhr) => xhr?.getResponseHeader(HEADER) ?? null;

export function start() {
  document.body.addEventListener("htmx:configRequest", ({ detail }) => {
    if (detail.verb !== "get" && writer()) detail.headers["Apparatus-Writer"] = writer();
  });
  document.body.addEventListener("htmx:responseError", ({ detail }) => {
    const why = told(detail.xhr);
    if (why === "old-token") {
      const draft = detail.requestConfig?.elt?.closest?.("[data-draft]");
      ask().then(() => draft || toast("The page was older than your session, and nothing was changed. Do it once more."), () => {});
    } else if (why) tell(why);
  });
}
