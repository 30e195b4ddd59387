// Changes that happen elsewhere arrive while the page is open.
//
// An element with data-live="ADDRESS" opens a stream of server-sent events:
//   news      its data is the id of a ticket of which something has changed
//   presence  its data is the id of a ticket that somebody came to, left or writes on
//   anew      too much has changed to tell one by one
//   notice    its data is JSON, { "text", "href"?, "kind"? }, said at the edge of the page
// The page's fragments (data-fragment="NAME" hx-get="..." hx-trigger="live") fetch themselves anew: on
// presence those named so, else all, and one with data-ticket="ID" only for its own ticket. After a
// break, of the line or because nobody looked, every fragment is fetched: what was missed is there
// before a reply can be sent.
import { reveal, toast } from "./page.js";
import { startComponents } from "./components.js";
import { say } from "./words.js";

const HIDDEN_FOR = 60_000; // a page that nobody looks at gives its connection back
const RETRY_FIRST = 1_000;
const RETRY_LAST = 30_000;

const streams = new Map();
let behind = false; // whether something may have been missed
let hidden;

class Stream {
  constructor(address) {
    this.address = address;
    this.retry = RETRY_FIRST;
    this.open();
  }

  open() {
    this.close();
    if (document.hidden) {
      // A tab that was opened in the background: nobody looks yet.
      behind = true;
      return;
    }
    const address = new URL(this.address, location.href);
    if (this.last) address.searchParams.set("last-event-id", this.last);
    this.source = new EventSource(address);
    this.source.onopen = () => this.opened();
    this.source.onerror = () => this.broke();
    const on = (name, heard) =>
      this.source.addEventListener(name, (event) => {
        if (event.lastEventId) this.last = event.lastEventId;
        heard(event.data);
      });
    on("news", (ticket) => changed((fragment) => concerns(fragment, ticket)));
    on("presence", (ticket) =>
      changed((fragment) => fragment.dataset.fragment === "presence" && concerns(fragment, ticket)));
    on("anew", () => catchUp());
    on("notice", notice);
  }

  close() {
    clearTimeout(this.timer);
    this.source?.close();
    this.source = undefined;
  }

  opened() {
    this.retry = RETRY_FIRST;
    if (this.broken) {
      this.broken = false;
      document.body.classList.remove("desk-offline");
      toast(say("online"));
      catchUp();
    }
  }

  broke() {
    if (!this.broken && !document.hidden) toast(say("offline"), { kind: "error" });
    this.broken = true;
    behind = true;
    document.body.classList.add("desk-offline");
    // The browser tries again by itself, unless the server answered with a refusal.
    if (this.source?.readyState !== EventSource.CLOSED) return;
    // Until it has room for one more, the page asks from time to time.
    const wait = this.retry * (0.5 + Math.random());
    this.timer = setTimeout(() => {
      this.open();
      catchUp();
    }, wait);
    this.retry = Math.min(this.retry * 2, RETRY_LAST);
  }
}

function notice(data) {
  try {
    const told = JSON.parse(data);
    if (told.href !== location.pathname) toast(told.text, told);
  } catch {
    // A message that this page is too old for.
  }
}

const fragments = () => [...document.querySelectorAll("[data-fragment][hx-get]")];
const concerns = (fragment, ticket) => (fragment.dataset.ticket ?? ticket) === ticket;

// Several changes at once are one request for each fragment, and a list that shows every ticket of a
// busy desk is not fetched at each of them.
const TOGETHER = 120;
const LIST_EVERY = 2_000;
const pending = new Set();
const fetched = new WeakMap();
let gather;

function rest(fragment) {
  if (fragment.dataset.ticket) return 0;
  return Math.max(0, (fetched.get(fragment) ?? 0) + LIST_EVERY - Date.now());
}

function fetchPending() {
  gather = undefined;
  for (const fragment of pending) {
    if (!fragment.isConnected) pending.delete(fragment);
    if (!pending.has(fragment) || rest(fragment)) continue;
    pending.delete(fragment);
    refetch(fragment);
  }
  if (pending.size) gather = setTimeout(fetchPending, Math.max(TOGETHER, Math.min(...[...pending].map(rest))));
}

function changed(which) {
  for (const fragment of fragments()) if (which(fragment)) pending.add(fragment);
  gather ??= setTimeout(fetchPending, TOGETHER);
}

function listen() {
  const wanted = new Set([...document.querySelectorAll("[data-live]")].map((element) => element.dataset.live));
  for (const [address, stream] of streams) {
    if (!wanted.has(address)) {
      stream.close();
      streams.delete(address);
    }
  }
  for (const address of wanted) if (!streams.has(address)) streams.set(address, new Stream(address));
}

/** Fetches one fragment anew; says whether that worked. */
async function refetch(element) {
  fetched.set(element, Date.now());
  let well = false;
  const done = (event) => {
    if (event.detail.ctx?.sourceElement === element) well = event.detail.ctx.response?.status < 400;
  };
  document.addEventListener("htmx:after:request", done);
  try {
    const swap = element.getAttribute("hx-swap") ?? "innerHTML";
    await window.htmx.ajax("GET", element.getAttribute("hx-get"), { source: element, target: element, swap });
  } catch {
    well = false;
  }
  document.removeEventListener("htmx:after:request", done);
  return well;
}

/** Fetches every fragment; true when the page shows what the server has. */
export async function catchUp() {
  const well = (await Promise.all(fragments().map(refetch))).every(Boolean);
  if (well) behind = false;
  return well;
}

/** Nothing was missed, or is fetched now. */
export async function upToDate() {
  return !behind || catchUp();
}

function watching() {
  document.addEventListener("visibilitychange", () => {
    clearTimeout(hidden);
    if (document.hidden) {
      hidden = setTimeout(() => {
        behind = streams.size > 0;
        for (const stream of streams.values()) stream.close();
      }, HIDDEN_FOR);
    } else if (behind) {
      for (const stream of streams.values()) stream.open();
      catchUp();
    }
  });
  // A page that comes back from the browser's store was asleep.
  window.addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    for (const stream of streams.values()) stream.open();
    catchUp();
  });
  document.addEventListener("desk:signed-in", () => {
    for (const stream of streams.values()) stream.open();
    catchUp();
  });
  window.addEventListener("pagehide", () => {
    for (const stream of streams.values()) stream.close();
  });
}

const differs = (field) => {
  if (field.type === "radio" || field.type === "checkbox") return field.checked !== field.defaultChecked;
  // A list of which nothing is chosen shows its first.
  if (field instanceof HTMLSelectElement) return field.selectedIndex !== Math.max(0, [...field.options].findIndex((option) => option.defaultSelected));
  return field.type === "file" ? field.files.length > 0 : field.value !== field.defaultValue;
};
const begun = (part) => [...part.querySelectorAll("textarea, select, input:not([type=hidden])")].some(differs);
const held = new WeakSet();

/** Nothing that is being filled in is taken away under one's hands: a fragment that has no place for it any
    more stays as it is. Who sends it is told what can be done instead, with what they wrote. */
function holding() {
  document.addEventListener("htmx:before:swap", (event) => {
    const { sourceElement: fragment, text } = event.detail.ctx;
    if (!fragment?.hasAttribute?.("data-fragment")) return;
    const kept = [...fragment.querySelectorAll("[hx-morph-skip]")].filter(begun);
    if (!kept.length) return;
    const fresh = new DOMParser().parseFromString(text, "text/html");
    if (kept.every((part) => fresh.getElementById(part.id))) return;
    event.preventDefault();
    if (!held.has(fragment)) toast(say("fresh"));
    held.add(fragment);
  });
}

/** What was swapped in lives like what was there. */
function swapped() {
  document.addEventListener("htmx:after:swap", () => {
    startComponents(document);
    reveal(document);
    listen();
    for (const log of document.querySelectorAll(".desk-chat")) log.scrollTop = log.scrollHeight;
    document.dispatchEvent(new Event("desk:changed"));
  });
}

export function startLive() {
  listen();
  watching();
  holding();
  swapped();
  for (const log of document.querySelectorAll(".desk-chat")) log.scrollTop = log.scrollHeight;
}
