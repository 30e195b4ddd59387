// What every page can do: open and close, count, copy, list files, keep times fresh, say something.
import { amount, relative, say } from "./words.js";

/** Posts a form's worth of values; the token that proves the page is ours goes along. */
export function post(address, values = new URLSearchParams(), options = {}) {
  values.set("csrf", document.body.dataset.csrf ?? "");
  return fetch(address, { method: "POST", body: values, redirect: "manual", headers: { Accept: "application/json" }, ...options });
}

/** Whether an answer says that the session is over: refused, or sent to the log-in page. */
export const signedOut = (response) => response.status === 401 || response.type === "opaqueredirect";

/** The log-in page, which leads back here. */
export function logIn() {
  const back = location.pathname + location.search;
  location.assign(`/log-in?next=${encodeURIComponent(back)}`);
}

const STAYS = 10_000; // long enough to read two lines, and it waits under the pointer or the focus

const TOASTS_MAX = 4; // more would cover what one works on

/** Says something at the edge of the page, politely. One with a link stays until it is dismissed. */
export function toast(text, { kind = "info", href } = {}) {
  const place = document.getElementById("toasts");
  if (!place) return;
  // The latest of what leads to one page is enough.
  if (href) place.querySelector(`:scope > :has(a[href="${CSS.escape(href)}"])`)?.remove();
  const item = document.createElement("div");
  item.className = `desk-toast desk-toast--${kind}`;
  const words = document.createElement("p");
  if (href?.startsWith("/") && !href.startsWith("//")) {
    const link = document.createElement("a");
    link.className = "govuk-link";
    link.href = href;
    link.textContent = text;
    words.append(link);
  } else {
    words.textContent = text;
  }
  const close = document.createElement("button");
  close.type = "button";
  close.className = "desk-toast__close";
  close.setAttribute("aria-label", say("dismiss"));
  close.textContent = "×";
  close.addEventListener("click", () => item.remove());
  item.append(words, close);
  while (place.children.length >= TOASTS_MAX) place.firstElementChild.remove();
  place.append(item);
  if (href) return;
  const leave = () => (item.matches(":hover, :focus-within") ? setTimeout(leave, 2000) : item.remove());
  setTimeout(leave, STAYS);
}

export function openDialog(id) {
  const dialog = document.getElementById(id);
  if (!dialog || dialog.open) return dialog;
  dialog.showModal();
  dialog.dispatchEvent(new Event("opened"));
  return dialog;
}

function opening() {
  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-opens]");
    if (opener) openDialog(opener.dataset.opens);
    for (const menu of document.querySelectorAll("details[data-menu][open]")) {
      if (!menu.contains(event.target)) menu.open = false;
    }
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of document.querySelectorAll("details[data-menu][open]")) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });
}

function copying() {
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copy]");
    if (!button) return;
    await navigator.clipboard.writeText(button.dataset.copy);
    toast(say("copied"));
  });
}

// Shown at once, and said after a pause: a screen reader is not interrupted at each letter.
const PAUSE = 1000;
const pauses = new WeakMap();

function count(field) {
  const group = field.closest(".govuk-character-count");
  const shown = group?.querySelector(".govuk-character-count__message");
  if (!shown) return;
  const left = Number(field.dataset.limit) - [...field.value].length;
  const text = left < 0 ? say("over", { count: -left }) : say("left", { count: left });
  shown.textContent = text;
  shown.classList.toggle("govuk-error-message", left < 0);
  shown.classList.toggle("govuk-hint", left >= 0);
  clearTimeout(pauses.get(field));
  pauses.set(field, setTimeout(() => {
    group.querySelector("[data-count-said]").textContent = text;
  }, PAUSE));
}

function size(bytes) {
  const unit = bytes < 1e6 ? "kilobyte" : "megabyte";
  const number = Math.max(1, Math.round(bytes / (bytes < 1e6 ? 1e3 : 1e6)));
  return new Intl.NumberFormat(document.documentElement.lang, { style: "unit", unit }).format(number);
}

function listFiles(input) {
  const list = input.closest(".govuk-form-group")?.querySelector("[data-files-list]");
  if (!list) return;
  list.replaceChildren(...[...input.files].map((file) => {
    const item = document.createElement("li");
    item.textContent = `${file.name} (${size(file.size)})`;
    return item;
  }));
}

function fields() {
  document.addEventListener("input", (event) => {
    if (event.target.matches?.("[data-limit]")) count(event.target);
  });
  document.addEventListener("change", (event) => {
    if (event.target.matches?.("[data-files]")) listFiles(event.target);
  });
}

function freshen() {
  const now = Date.now();
  for (const time of document.querySelectorAll("time[data-relative]")) {
    time.textContent = relative(Date.parse(time.dateTime) - now);
  }
  for (const mark of document.querySelectorAll("[data-sla]")) {
    const left = Date.parse(mark.dataset.sla) - now;
    const text = mark.querySelector("[data-sla-text]");
    if (!text || Number.isNaN(left)) continue;
    text.textContent = say(left > 0 ? "due" : "overdue", { amount: amount(left) });
    if (left <= 0) {
      mark.classList.remove("desk-sla--due", "desk-sla--soon");
      mark.classList.add("desk-sla--overdue");
    }
  }
}

/** What is hidden until a script can serve it. */
export function reveal(root) {
  for (const one of root.querySelectorAll("[data-copy][hidden], [data-opens][hidden], [data-scripted][hidden]")) one.hidden = false;
}

export function startPage() {
  opening();
  copying();
  fields();
  reveal(document);
  freshen();
  setInterval(freshen, 60_000);
}
