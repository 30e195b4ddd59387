// Single keys for staff: never while typing, in a dialog or with a modifier, and they can be switched
// off (WCAG 2.1.4). What a key does is on the page: data-shortcut="r", data-go="q", data-list, data-item;
// g j k o ? / are the same on every page.
import { openDialog } from "./page.js";

const THEN_WITHIN = 1_500; // between g and the place to go to

let went = 0;

function typingIn(target) {
  return target.closest?.("input:not([type=checkbox], [type=radio], [type=submit]), textarea, select, [contenteditable], [role=combobox], [role=listbox]");
}

const visible = (element) => element?.checkVisibility?.() ?? Boolean(element);

/** What of this page has a key of its own, the first of each key: it is what the key does. */
export function shortcuts() {
  const found = new Map();
  for (const element of document.querySelectorAll("[data-shortcut]")) {
    const { shortcut } = element.dataset;
    if (visible(element) && !found.has(shortcut)) found.set(shortcut, element);
  }
  return found;
}

/** What an element is called: a field by its label, all else by what it says, without the count beside it. */
export function nameOf(element) {
  if (element.dataset.what) return element.dataset.what;
  const says = element.labels?.[0] ?? element;
  return [...says.childNodes].filter((node) => !node.matches?.(".desk-count")).map((node) => node.textContent).join("").trim();
}

/** Does what an element with a shortcut is there for: a field takes the focus, what is folded opens. */
export function press(element) {
  if (element.matches("textarea, input, select")) {
    element.focus();
  } else if (element.matches("summary")) {
    const details = element.closest("details");
    details.open = true;
    const fields = details.querySelectorAll("form :is(input:not([type=hidden]), select, textarea, button)");
    ([...fields].find(visible) ?? element).focus();
  } else {
    element.click();
  }
}

function shortcut(key) {
  const element = shortcuts().get(key);
  if (element) press(element);
  return Boolean(element);
}

function step(direction) {
  const items = [...document.querySelectorAll("[data-list] [data-item]")].filter(visible);
  if (!items.length) return false;
  const inside = items.findIndex((item) => item.contains(document.activeElement));
  const current = items.findIndex((item) => item.querySelector('[aria-current="true"]'));
  const from = inside >= 0 ? inside : current;
  const to = Math.min(Math.max(from + direction, 0), items.length - 1);
  const link = items[to].querySelector("a, button") ?? items[to];
  link.focus();
  link.scrollIntoView({ block: "nearest" });
  return true;
}

function open() {
  const item = document.activeElement?.closest?.("[data-item]");
  const link = item?.querySelector("a");
  link?.click();
  return Boolean(link);
}

function search() {
  const found = [...document.querySelectorAll("[data-search], main input[type=search]")].find(visible);
  if (found) found.focus();
  else openDialog("palette");
  return true;
}

function go(key) {
  const link = document.querySelector(`[data-go="${CSS.escape(key)}"]`);
  link?.click();
  return Boolean(link);
}

function act(key) {
  const now = Date.now();
  if (now - went < THEN_WITHIN) {
    went = 0;
    return go(key);
  }
  switch (key) {
    case "g":
      went = now;
      return true;
    case "?":
      return Boolean(openDialog("keys"));
    case "/":
      return search();
    case "j":
      return step(1);
    case "k":
      return step(-1);
    case "o":
      return open();
    default:
      return shortcut(key);
  }
}

/** The sheet tells the keys of this page besides those that work everywhere. */
function sheet(dialog) {
  const here = [...shortcuts()].map(([key, element]) => {
    const line = document.createElement("div");
    const keys = document.createElement("dt");
    const pressed = document.createElement("kbd");
    pressed.textContent = key;
    keys.append(pressed);
    const what = document.createElement("dd");
    what.textContent = nameOf(element);
    line.append(keys, what);
    return line;
  });
  dialog.querySelector("[data-keys-here]").replaceChildren(...here);
  dialog.querySelector("[data-keys-section]").hidden = !here.length;
}

export function startKeys() {
  const dialog = document.getElementById("keys");
  dialog?.addEventListener("opened", () => sheet(dialog));
  if (document.body.dataset.keys !== "on") return;
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.defaultPrevented) return;
    if (event.key.length !== 1 || typingIn(event.target) || document.querySelector("dialog[open]")) return;
    if (act(event.key)) event.preventDefault();
  });
}
