// The end of a session is announced, can be put off, and loses nothing: what was typed is a draft,
// and logging in leads back to this page. Where it could not be saved the page stays, until the same
// person has signed in again in another tab.
import { saveAll, unsaved } from "./draft.js";
import { logIn, openDialog, post, signedOut } from "./page.js";
import { say } from "./words.js";

let last = Date.now();
let most = Infinity; // when it ends whatever is done
let again = Infinity; // from how many seconds before that it is said, once it was heard
let idle = 0; // after how many seconds without anything it ends
let warn = 0; // and how many before that it is announced
let over = false;
let others; // other pages of the same browser keep the same session

function left() {
  return Math.ceil((Math.min(last + idle * 1000, most) - Date.now()) / 1000);
}

/** The day of a session has an end that cannot be put off. */
function endsAt({ sessionMost }) {
  most = sessionMost ? Date.now() + Number(sessionMost) * 1000 : Infinity;
}

/** Whether the end that comes is the one that nobody can put off. */
const isLast = () => most <= last + idle * 1000;

function tellWhich(dialog) {
  document.getElementById("session-end-text").hidden = isLast();
  document.getElementById("session-end-most").hidden = !isLast();
  dialog.querySelector("[data-session-stay]").hidden = isLast();
  dialog.querySelector("[data-session-heard]").hidden = !isLast();
}

function active(tellOthers = true) {
  last = Date.now();
  if (tellOthers) others?.postMessage("active");
  const dialog = document.getElementById("session-end");
  if (dialog?.open && left() > warn) dialog.close();
}

/** Heard: it is said once more in the last minute. */
function heard() {
  again = left() > 60 ? 60 : 0;
  document.getElementById("session-end").close();
}

async function stay() {
  if (isLast()) return heard();
  try {
    const response = await post("/session/extend");
    if (signedOut(response)) return ended();
    if (response.ok) active();
  } catch {
    // The line is down: the countdown goes on, and the button can be pressed again.
  }
}

function ended() {
  const dialog = document.getElementById("signed-out");
  if (over) return;
  over = true;
  document.getElementById("session-end")?.close();
  if (dialog && unsaved()) {
    openDialog("signed-out");
    return;
  }
  document.body.dataset.leaving = "yes";
  logIn();
}

/** The page goes on as the same person's: with the mark of their new session. Nobody else gets to see it. */
async function renew() {
  const answer = await fetch(location.href).catch(() => undefined);
  if (!answer?.ok) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").body.dataset;
  if (!fresh.user) return;
  if (fresh.user !== document.body.dataset.user) {
    document.body.dataset.leaving = "yes";
    location.replace(location.href); // a reload would fill the fields in again
    return;
  }
  document.body.dataset.csrf = fresh.csrf;
  endsAt(fresh);
  for (const field of document.querySelectorAll("input[name=csrf]")) field.value = fresh.csrf;
  over = false;
  last = Date.now();
  document.getElementById("signed-out").close();
  await saveAll();
  document.dispatchEvent(new Event("desk:signed-in"));
}

const words = (seconds) =>
  seconds > 60 ? say("minutes", { count: Math.ceil(seconds / 60) }) : say("seconds", { count: seconds });

/** Said when a minute begins and for the last seconds in steps: not each second. */
const worthSaying = (seconds) => (seconds > 60 ? seconds % 60 === 0 : seconds % 20 === 0);

function tick() {
  const seconds = left();
  if (over || seconds > warn) return;
  if (seconds <= 0) {
    ended();
    return;
  }
  const dialog = document.getElementById("session-end");
  const opened = !dialog.open;
  if (opened && isLast() && seconds > again) return;
  tellWhich(dialog);
  if (opened) {
    saveAll();
    openDialog("session-end");
  }
  dialog.querySelector("[data-session-left]").textContent = words(seconds);
  if (opened || worthSaying(seconds)) dialog.querySelector("[data-session-said]").textContent = words(seconds);
}

export function startSession() {
  const { sessionIdle, sessionWarn } = document.body.dataset;
  idle = Number(sessionIdle);
  warn = Number(sessionWarn) || 120;
  if (!idle || !document.getElementById("session-end")) return;
  endsAt(document.body.dataset);
  others = new BroadcastChannel("desk-session");
  others.onmessage = () => (over ? renew() : active(false));
  others.postMessage("active");
  setInterval(tick, 1000);
  document.addEventListener("desk:active", () => active());
  document.addEventListener("desk:signed-out", ended);
  document.addEventListener("click", (event) => {
    if (event.target.closest?.("[data-session-stay]")) stay();
    if (event.target.closest?.("[data-session-heard]")) heard();
    if (event.target.closest?.("[data-session-renewed]")) renew();
  });
  // Closing the dialog by Escape is a choice too: to stay.
  document.getElementById("session-end").addEventListener("cancel", (event) => {
    event.preventDefault();
    stay();
  });
  // A request that a person made counts; one that the page made by itself does not.
  document.addEventListener("htmx:after:request", (event) => {
    const context = event.detail.ctx;
    const own = context?.sourceElement?.hasAttribute?.("data-fragment");
    if (!own && context?.response?.status < 400) active();
  });
}
