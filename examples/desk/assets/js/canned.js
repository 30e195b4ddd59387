// Canned replies while writing: `::` in a textarea[data-canned="ADDRESS"] offers them, further letters
// narrow the list. The address answers with JSON: [{ "code", "title", "text", "unfilled": [name] }].
import { toast } from "./page.js";
import { say } from "./words.js";

const ASKED_FOR = /(?:^|\s)::([\p{L}\p{N}_-]*)$/u;
const AT_MOST = 8;

const replies = new WeakMap(); // field -> what the server offers, asked for once
let open; // { field, list, options, chosen, start }

function close() {
  open?.list.remove();
  open?.field.removeAttribute("aria-activedescendant");
  open?.field.removeAttribute("aria-controls");
  open = undefined;
}

function ask(field) {
  if (!replies.has(field)) {
    const answer = fetch(field.dataset.canned, { headers: { Accept: "application/json" } });
    replies.set(field, answer.then((found) => (found.ok ? found.json() : [])).catch(() => []));
  }
  return replies.get(field);
}

function show() {
  const { field, list, options, chosen } = open;
  list.replaceChildren(...options.map((option, at) => {
    const item = document.createElement("li");
    item.className = "desk-palette__option";
    item.id = `canned-${at}`;
    item.setAttribute("role", "option");
    item.setAttribute("aria-selected", String(at === chosen));
    item.textContent = `${option.title} (${option.code})`;
    return item;
  }));
  field.setAttribute("aria-activedescendant", `canned-${chosen}`);
}

async function offer(field) {
  const before = field.value.slice(0, field.selectionStart);
  const asked = ASKED_FOR.exec(before);
  if (!asked) return close();
  const wanted = asked[1].toLowerCase();
  const all = await ask(field);
  if (field.value.slice(0, field.selectionStart) !== before) return; // typed on meanwhile
  const fits = ({ code, title }) => code.toLowerCase().startsWith(wanted) || title.toLowerCase().includes(wanted);
  const options = all.filter(fits).slice(0, AT_MOST);
  close();
  if (!options.length) return;
  const list = document.createElement("ul");
  list.className = "desk-palette__found desk-canned";
  list.id = "canned-list";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", say("found", { count: options.length }));
  field.after(list);
  field.setAttribute("aria-controls", list.id);
  open = { field, list, options, chosen: 0, start: before.length - asked[1].length - 2 };
  show();
}

function take(option) {
  const { field, start } = open;
  field.setRangeText(option.text, start, field.selectionStart, "end");
  close();
  field.focus();
  field.dispatchEvent(new Event("input", { bubbles: true }));
  if (option.unfilled.length) toast(say("unfilled", { names: option.unfilled.join(", ") }), { kind: "error" });
}

function key(event) {
  if (!open || event.target !== open.field) return;
  const { options } = open;
  if (event.key === "ArrowDown") open.chosen = (open.chosen + 1) % options.length;
  else if (event.key === "ArrowUp") open.chosen = (open.chosen + options.length - 1) % options.length;
  else if (event.key === "Enter" || event.key === "Tab") take(options[open.chosen]);
  else if (event.key === "Escape") close();
  else return;
  event.preventDefault();
  event.stopPropagation();
  if (open) show();
}

export function startCanned() {
  document.addEventListener("input", (event) => {
    if (event.target.matches?.("textarea[data-canned]")) offer(event.target);
  });
  document.addEventListener("keydown", key, true);
  document.addEventListener("mousedown", (event) => {
    if (!open) return;
    const item = event.target.closest?.("[role=option]");
    if (!item || !open.list.contains(item)) return close();
    event.preventDefault();
    take(open.options[[...open.list.children].indexOf(item)]);
  });
}
