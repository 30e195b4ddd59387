// Find or do: what the page offers, then what the server finds under /palette?q=...
// The server's answer is JSON: { "found": [{ "text", "what", "href" }] }.
import { press } from "./keys.js";
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

// What an element is called, without the count beside its name.
const label = (element) =>
  [...element.childNodes].filter((node) => !node.matches?.(".desk-count")).map((node) => node.textContent).join("").trim();

/** Links of the bar and whatever on the page has a shortcut. */
function here(query) {
  const links = [...document.querySelectorAll(".desk-nav__link, .desk-menu__item[href]")];
  const buttons = [...document.querySelectorAll("[data-shortcut]")];
  const all = [...buttons, ...links].filter((element) => element.checkVisibility?.() ?? true);
  return all
    .map((element) => ({ text: label(element), what: element.dataset.shortcut ?? "", element }))
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

async function find() {
  const query = field().value.trim();
  const turn = ++asked;
  options = here(query).slice(0, AT_MOST);
  chosen = 0;
  show();
  if (!query) return;
  try {
    const response = await fetch(`/palette?q=${encodeURIComponent(query)}`, { headers: { Accept: "application/json" } });
    if (!response.ok || turn !== asked) return;
    const { found } = await response.json();
    options = [...found, ...options].slice(0, AT_MOST);
    show();
  } catch {
    // What the page offers by itself stays.
  }
}

function take(option) {
  if (!option) return;
  document.getElementById("palette").close();
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
  field().addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(find, WAIT);
  });
  field().addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown") move(1);
    else if (event.key === "ArrowUp") move(-1);
    else if (event.key === "Enter") take(options[chosen]);
    else if (event.key === "Escape") dialog.close(); // else the browser clears the field first
    else return;
    event.preventDefault();
  });
  list().addEventListener("click", (event) => {
    const item = event.target.closest("[role=option]");
    if (item) take(options[[...list().children].indexOf(item)]);
  });
}
