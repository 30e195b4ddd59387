// Sending a form: asked before where that matters, once, up to date, and only when the server is there.
import { upToDate } from "./live.js";
import { saveDraft } from "./draft.js";
import { openDialog, toast } from "./page.js";
import { say } from "./words.js";

const AGAIN_AFTER = 20_000; // a page that is still there then may be sent again

function ask(text) {
  const dialog = openDialog("ask");
  if (!dialog) return Promise.resolve(true);
  dialog.querySelector("#ask-text").textContent = text;
  return new Promise((resolve) => {
    const answer = (said) => () => {
      dialog.close();
      resolve(said);
    };
    dialog.querySelector("[data-ask-yes]").onclick = answer(true);
    dialog.querySelector("[data-ask-no]").onclick = answer(false);
    dialog.oncancel = () => resolve(false);
    dialog.querySelector("[data-ask-no]").focus();
  });
}

// The thread that the writer has read, and the one that the page shows.
const threadOf = (field) => (field.closest("[data-case]") ?? document).querySelector("[data-head]");

function stale(form) {
  const field = form.querySelector("[data-seen]");
  const thread = field && threadOf(field);
  return Boolean(thread) && thread.dataset.head !== field.value;
}

const written = (form) => [...form.querySelectorAll("textarea, input[type=text]")].some((field) => field.value.trim());

/** After a change of the thread: who has not begun to write has read it; who has is told. */
function compare() {
  for (const field of document.querySelectorAll("[data-seen]")) {
    const thread = threadOf(field);
    const form = field.form;
    if (!thread || !form || thread.dataset.head === field.value) continue;
    if (written(form)) form.querySelector("[data-stale]").hidden = false;
    else field.value = thread.dataset.head;
  }
}

function read(button) {
  const form = button.closest("form");
  const field = form.querySelector("[data-seen]");
  field.value = threadOf(field)?.dataset.head ?? field.value;
  button.closest("[data-stale]").hidden = true;
  form.querySelector("textarea")?.focus();
}

/** Everything that must be true before a form goes; false keeps it here. */
async function ready(form, submitter) {
  if (submitter?.dataset.confirm && !(await ask(submitter.dataset.confirm))) return false;
  if (form.querySelector("[data-seen]")) {
    if (!(await upToDate())) {
      toast(say("offline"), { kind: "error" });
      return false;
    }
    compare();
    if (stale(form)) {
      form.querySelector("[data-stale]").scrollIntoView({ block: "center" });
      toast(say("fresh"), { kind: "error" });
      return false;
    }
  }
  // Saving the draft also shows that the server is there: a form that is sent into nothing is lost.
  if (form.dataset.draft && !(await saveDraft(form, { always: true }))) {
    toast(say("offline"), { kind: "error" });
    return false;
  }
  return true;
}

/** What a form would do, but for marks that differ from page to page. */
function deed(form, submitter) {
  const hidden = [...form.querySelectorAll("input[type=hidden]")].filter((field) => !["csrf", "key", "seen"].includes(field.name));
  return JSON.stringify([form.action, submitter?.value, submitter?.dataset.confirm, hidden.map((field) => [field.name, field.value])]);
}

function release(form) {
  delete form.dataset.sent;
  for (const button of form.querySelectorAll("[aria-disabled]")) button.removeAttribute("aria-disabled");
}

async function submitted(event) {
  const form = event.target;
  const submitter = event.submitter;
  if (form.method === "dialog" || event.defaultPrevented) return;
  if (form.dataset.sent) {
    event.preventDefault();
    event.stopImmediatePropagation();
    return;
  }
  const careful = form.querySelector("[data-seen]") || form.dataset.draft || submitter?.dataset.confirm;
  if (careful && !form.dataset.ready) {
    event.preventDefault();
    event.stopImmediatePropagation();
    form.dataset.sent = "checking";
    const asked = deed(form, submitter);
    const well = await ready(form, submitter);
    // Not while the browser still tells of the first attempt: it takes no second one then.
    await new Promise((resolve) => setTimeout(resolve));
    delete form.dataset.sent;
    if (!well) return;
    // The page went on while one was asked: yes was said to something else, or to nothing that is there.
    if (!form.isConnected || deed(form, submitter) !== asked) return toast(say("moved"), { kind: "error" });
    form.dataset.ready = "yes";
    form.requestSubmit(submitter);
    return;
  }
  delete form.dataset.ready;
  form.dataset.sent = "yes";
  document.body.dataset.leaving = "yes";
  submitter?.setAttribute("aria-disabled", "true");
  setTimeout(() => release(form), AGAIN_AFTER);
}

/** In a chat Enter sends, as everywhere where people talk; with Shift it begins a new line. */
function entered(event) {
  if (event.key !== "Enter" || event.shiftKey || event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
  if (event.defaultPrevented || event.target.dataset?.send !== "enter") return;
  event.preventDefault();
  if (event.target.value.trim()) event.target.form.requestSubmit();
}

export function startSubmit() {
  document.addEventListener("submit", submitted, true);
  document.addEventListener("keydown", entered);
  document.addEventListener("desk:changed", compare);
  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("[data-stale-read]");
    if (button) read(button);
  });
  const back = () => {
    delete document.body.dataset.leaving;
    for (const form of document.querySelectorAll("form[data-sent]")) release(form);
  };
  window.addEventListener("pageshow", back);
  document.addEventListener("htmx:finally:request", back);
}
