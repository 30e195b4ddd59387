// Every page that can be reached by following links, one of each kind: /cases/C-1 and /cases/C-2 are
// the same kind of page.

const PAGES_MAX = 200; // far more kinds than there are
const SIBLINGS_MAX = 3; // of /services/cards, /services/loans ...: the same page with other words

// Below these every address is a page of its own.
const UNLIKE = new Set(["/admin", "/account", "/desk", "/raise", "/admin/reports"]);

/** The kind of an address: ids, references and tokens are all the same to it, and so are most queries. */
export function kind(path) {
  const { pathname, searchParams } = new URL(path, "http://desk");
  const parts = pathname.split("/").map((part) => (/\d/.test(part) || part.length > 24 ? "*" : part));
  return parts.join("/") + [...searchParams.keys()].sort().map((key) => `?${key}`).join("");
}

/** Addresses of this site, one of each kind, that lead out from `starts`. Files and log-out are no pages. */
export async function crawl(page, starts, { leaveOut = [] } = {}) {
  const seen = new Set();
  const siblings = new Map();
  const found = [];
  const waiting = [...starts];
  while (waiting.length && found.length < PAGES_MAX) {
    const path = waiting.shift();
    if (seen.has(kind(path)) || leaveOut.some((pattern) => pattern.test(path))) continue;
    seen.add(kind(path));
    const parent = kind(path).replace(/\/[^/]*$/, "");
    const count = (siblings.get(parent) ?? 0) + 1;
    siblings.set(parent, count);
    if (parent && count > SIBLINGS_MAX && !UNLIKE.has(parent)) continue;
    const answer = await page.request.get(path, { maxRedirects: 0 });
    const type = answer.headers()["content-type"] ?? "";
    if (answer.status() === 303 || answer.status() === 302 || answer.status() === 307) {
      const to = new URL(answer.headers().location, page.url());
      waiting.push(to.pathname + to.search);
      continue;
    }
    if (!type.startsWith("text/html")) continue;
    found.push({ path, status: answer.status() });
    const html = await answer.text();
    for (const [, raw] of html.matchAll(/<a\b[^>]*?\bhref="([^"]+)"/g)) {
      const href = raw.replace(/&amp;/g, "&").replace(/&#(x?)([0-9a-f]+);/gi, (_, hex, code) => String.fromCodePoint(parseInt(code, hex ? 16 : 10)));
      const to = new URL(href, new URL(path, page.url()));
      if (to.origin === new URL(page.url()).origin && !to.pathname.startsWith("/assets/")) waiting.push(to.pathname + to.search);
    }
  }
  return found;
}
