// Others see who looks at a case and who writes: an element with data-presence="ADDRESS" posts
// `doing` there, as long as the page is looked at.
import { post } from "./page.js";

const EVERY = 20_000;
const TYPING_FOR = 6_000;
const IDLE_AFTER = 120_000;

let active = Date.now();
let typing = 0;
let told = "";

function doing() {
  const now = Date.now();
  if (now - typing < TYPING_FOR) return "typing";
  return document.hidden || now - active > IDLE_AFTER ? "idle" : "looking";
}

function places() {
  return new Set([...document.querySelectorAll("[data-presence]")].map((element) => element.dataset.presence));
}

function tell(what = doing(), options = {}) {
  told = what;
  for (const place of places()) {
    // Told by the page and not by anybody: it does not put off the end of a session.
    const headers = { Accept: "application/json", "X-By-Itself": "yes" };
    post(place, new URLSearchParams({ doing: what }), { headers, ...options }).catch(() => {});
  }
}

const tellChange = () => doing() !== told && tell();

export function startPresence() {
  if (!places().size) return;
  tell();
  setInterval(() => document.hidden || tell(), EVERY);
  setInterval(tellChange, 2_000);
  document.addEventListener("input", (event) => {
    active = Date.now();
    if (!event.target.matches?.("textarea")) return;
    typing = active;
    tellChange();
  });
  for (const kind of ["keydown", "pointerdown", "scroll"]) {
    document.addEventListener(kind, () => (active = Date.now()), { passive: true });
  }
  document.addEventListener("visibilitychange", tellChange);
  window.addEventListener("pagehide", () => tell("gone", { keepalive: true }));
}
