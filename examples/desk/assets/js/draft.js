// What is typed is kept on the server while it is typed: form[data-draft="PLACE"] is posted to
// /drafts/PLACE. When the line is down it stays on the page and is tried again; nothing is written
// to the browser's own store, which the next person at this device could read.
import { post, signedOut } from "./page.js";
import { clock, say } from "./words.js";

const EVERY = 3_000;
const LEFT_OUT = new Set(["csrf", "key", "seen"]);
const kept = new WeakMap(); // form -> what the server has

function typed(form) {
  const values = new URLSearchParams();
  for (const [name, value] of new FormData(form)) {
    const field = form.elements[name];
    const secret = field instanceof HTMLInputElement && field.type === "password";
    if (typeof value === "string" && !secret && !LEFT_OUT.has(name)) values.append(name, value);
  }
  return values;
}

function tell(form, text, waiting = false) {
  const state = form.querySelector("[data-draft-state]");
  if (!state) return;
  state.textContent = text;
  state.classList.toggle("desk-form__state--kept", waiting);
}

const forms = () => document.querySelectorAll("form[data-draft]");
const changed = (form) => kept.has(form) && kept.get(form) !== typed(form).toString();

/** Saves a form's draft if it changed; false when the server could not be reached. */
export async function saveDraft(form, options = {}) {
  const values = typed(form);
  const text = values.toString();
  if (!options.always && kept.get(form) === text) return true;
  let response;
  try {
    response = await post(`/drafts/${encodeURIComponent(form.dataset.draft)}`, values, options);
  } catch {
    response = undefined;
  }
  if (response?.ok) {
    kept.set(form, text);
    tell(form, say("saved", { time: clock(new Date()) }));
    document.dispatchEvent(new Event("desk:active"));
    return true;
  }
  tell(form, say("unsaved"), true);
  if (response && signedOut(response)) document.dispatchEvent(new Event("desk:signed-out"));
  return false;
}

/** Whether something typed is nowhere but on this page. */
export const unsaved = () => [...forms()].some(changed);

/** Saves whatever has changed, on every form of the page. */
export function saveAll(options) {
  return Promise.all([...forms()].filter(changed).map((form) => saveDraft(form, options)));
}

function begin() {
  for (const form of forms()) if (!kept.has(form)) kept.set(form, typed(form).toString());
}

export function startDrafts() {
  begin();
  document.addEventListener("desk:changed", begin);
  let busy = false;
  setInterval(async () => {
    if (busy) return;
    busy = true;
    await saveAll();
    busy = false;
  }, EVERY);
  window.addEventListener("online", () => saveAll());
  // The last moment at which a page can still say something.
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) saveAll({ keepalive: true });
  });
  // Leaving with something unsaved is asked about: the only way to lose it.
  window.addEventListener("beforeunload", (event) => {
    const lost = [...forms()].some((form) => changed(form) && form.querySelector(".desk-form__state--kept"));
    if (lost && !document.body.dataset.leaving) event.preventDefault();
  });
}
