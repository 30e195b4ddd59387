// The desk's script. Every page works without it; with it, pages change by themselves, drafts are
// kept, nothing is sent twice and everything can be done from the keyboard.
import { startCanned } from "./canned.js";
import { startComponents } from "./components.js";
import { startDrafts } from "./draft.js";
import { startKeys } from "./keys.js";
import { startLive } from "./live.js";
import { startPage, toast } from "./page.js";
import { startPalette } from "./palette.js";
import { startPresence } from "./presence.js";
import { startSession } from "./session.js";
import { startSubmit } from "./submit.js";
import { startWall } from "./wall.js";
import { say } from "./words.js";

// What htmx sends is ours, and what it is refused is said.
document.addEventListener("htmx:config:request", (event) => {
  const { request, sourceElement } = event.detail.ctx;
  if (request.method !== "GET") request.headers["X-CSRF"] = document.body.dataset.csrf ?? "";
  // What the page asks of itself does not put off the end of a session.
  if (sourceElement?.hasAttribute("data-fragment")) request.headers["X-By-Itself"] = "yes";
});
document.addEventListener("htmx:before:response", (event) => {
  if (event.detail.ctx.response.status !== 401) return;
  event.preventDefault(); // it would lead away from what is typed here
  document.dispatchEvent(new Event("desk:signed-out"));
});
document.addEventListener("htmx:response:error", (event) => {
  const { sourceElement, response } = event.detail.ctx;
  if (response.status >= 500 && !sourceElement?.hasAttribute("data-fragment")) toast(say("failed"), { kind: "error" });
});

startComponents(document);
startPage();
startDrafts();
startSubmit();
startLive();
startPresence();
startSession();
startPalette();
startKeys();
startWall();
startCanned();
