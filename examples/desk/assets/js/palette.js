// Find or do: what the page offers, then what the server finds under /palette?q=...
// The server's answer is JSON: { "found": [{ "text", "what", "href" }] }.
import { nameOf, press, shortcuts } from "./keys.js";
import { openDialog } from "./page.js";
import { say } from "./words.js";

const WAIT = 150;
const AT_MOST = 12;

let options = [];
let chosen = 0;
let timer;
let asked = 0;

const field = () => document.getElementById("palette-query");
const list = () => document.getElementById("palette-found");

/** Links of the bar and whatever on the page has a shortcut. */
function here(query) {
  const links = [...document.querySelectorAll(".desk-nav__link, .desk-menu__item[href]")];
  const all = [...shortcuts().values(), ...links.filter((element) => element.checkVisibility?.() ?? true)];
  return all
    .map((element) => ({ text: nameOf(element), what: element.dataset.shortcut ?? "", element }))
    .filter((option) => option.text.toLowerCase().includes(query.toLowerCase()));
}

function show() {
  list().replaceChildren(...options.map((option, at) => {
    const item = document.createElement("li");
    item.className = "desk-palette__option";
    item.id = `palette-${at}`;
    item.setAttribute("role", "option");
    item.setAttribute("aria-selected", String(at === chosen));
    const text = document.createElement("span");
    text.textContent = option.text;
    const what = document.createElement("span");
    what.className = "desk-palette__what";
    what.textContent = option.what ?? "";
    item.append(text, what);
    return item;
  }));
  const current = document.getElementById(`palette-${chosen}`);
  if (current) {
    field().setAttribute("aria-activedescendant", current.id);
    current.scrollIntoView({ block: "nearest" });
  } else {
    field().removeAttribute("aria-activedescendant");
  }
  document.getElementById("palette-state").textContent = options.length ? say("found", { count: options.length }) : say("none");
}

/** What the page offers is shown at once: Enter takes what was typed for, however fast. */
function find() {
  options = here(field().value.trim()).slice(0, AT_MOST);
  chosen = 0;
  show();
  clearTimeout(timer);
  timer = setTimeout(ask, WAIT);
}

/** What the server finds comes below, so that nothing moves under a finger. */
async function ask() {
  const query = field().value.trim();
  const turn = ++asked;
  timer = undefined;
  if (!query) return;
  try {
    const response = await fetch(`/palette?q=${encodeURIComponent(query)}`, { headers: { Accept: "application/json" } });
    if (!response.ok || turn !== asked) return;
    const { found } = await response.json();
    options = [...options, ...found].slice(0, AT_MOST);
    show();
  } catch {
    // What the page offers by itself stays.
  }
}

/** Takes what is chosen; where nothing is there yet, asks the server first. */
async function enter() {
  if (!options.length && field().value.trim()) {
    clearTimeout(timer);
    await ask();
  }
  take(options[chosen]);
}

function take(option) {
  const dialog = document.getElementById("palette");
  if (!option || !dialog.open) return;
  dialog.close();
  if (!option.element) location.assign(option.href);
  else press(option.element);
}

function move(step) {
  if (!options.length) return;
  chosen = (chosen + step + options.length) % options.length;
  show();
}

export function startPalette() {
  const dialog = document.getElementById("palette");
  if (!dialog) return;
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey && event.key.toLowerCase() === "k") {
      event.preventDefault();
      openDialog("palette");
    }
  });
  dialog.addEventListener("opened", () => {
    field().value = "";
    field().focus();
    find();
  });
  dialog.addEventListener("close", () => clearTimeout(timer));
  field().addEventListener("input", find);
  field().addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown") move(1);
    else if (event.key === "ArrowUp") move(-1);
    else if (event.key === "Enter") enter();
    else if (event.key === "Escape") dialog.close(); // else the browser clears the field first
    else return;
    event.preventDefault();
  });
  list().addEventListener("click", (event) => {
    const item = event.target.closest("[role=option]");
    if (item) take(options[[...list().children].indexOf(item)]);
  });
}
