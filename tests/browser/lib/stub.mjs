// A server with nothing behind it: the real assets under the real policy, and what a test wants of the
// rest. What the page posts is kept in `posted`.
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { fileURLToPath } from "node:url";

const DIST = fileURLToPath(new URL("../../../examples/desk/assets/dist/", import.meta.url));
const TYPES = { css: "text/css", js: "text/javascript", svg: "image/svg+xml" };
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
const TEXTS = {
  saved: "Draft saved {time}", unsaved: "Draft not saved yet", offline: "Interrupted", online: "Connected again",
  fresh: "Something is new", moved: "Not done: it changed", left: "Characters left: {count}", over: "Characters over: {count}",
  minutes: "{count} minutes left", seconds: "{count} seconds left", copied: "Copied", failed: "Failed",
  due: "due in {amount}", overdue: "overdue by {amount}", found: "{count} found", none: "Nothing found", dismiss: "Dismiss", unfilled: "Fill in: {names}",
};

/** A page as layout.html makes it, as far as the script can tell. */
export function page(main, { body = "", keys = false } = {}) {
  return `<!doctype html><html lang="en" class="govuk-template desk"><head><meta charset="utf-8"><title>Test</title>
<meta name="htmx-config" content='{"includeIndicatorCSS": false, "noSwap": [204, 304, 401, 403, 404, 429, "5xx"]}'>
<link rel="stylesheet" href="/assets/desk.css"><script src="/assets/htmx.min.js" defer></script><script src="/assets/desk.js" type="module"></script></head>
<body class="govuk-template__body desk-body" data-csrf="mark"${keys ? ' data-keys="on"' : ""} ${body}>
<nav><a class="desk-nav__link" data-go="q" href="/queue">Queue</a></nav>
<main><h1>Test</h1>${main}</main><div class="desk-toasts" id="toasts" role="status"></div>
<dialog id="session-end"><p id="session-end-text">When nothing happens</p><p id="session-end-most" hidden>You have been signed in for as long as one can be.</p><p data-session-left></p><div role="alert" data-session-said></div><button type="button" data-session-stay>Stay</button><button type="button" data-session-heard hidden>Go on</button></dialog>
<dialog id="signed-out">Still here <button type="button" data-session-renewed>I have signed in</button></dialog>
<dialog id="ask"><p id="ask-text"></p><button type="button" data-ask-yes>Yes</button><button type="button" data-ask-no>No</button></dialog>
<dialog id="palette" aria-label="Find"><input id="palette-query" aria-label="Find" role="combobox" aria-controls="palette-found" aria-expanded="true"><ul id="palette-found" role="listbox"></ul><p id="palette-state"></p></dialog>
<dialog id="keys"><div data-keys-section hidden><dl data-keys-here></dl></div><form method="dialog"><button>Close</button></form></dialog>
<script type="application/json" id="desk-texts">${JSON.stringify(TEXTS)}</script></body></html>`;
}

/** `answer(request, url, body)` gives a string (a page), a { status, body, headers }, or nothing for 404. */
export async function startStub(answer) {
  const posted = [];
  const streams = new Set();
  const stub = { posted, down: false };
  const server = createServer(async (request, response) => {
    const url = new URL(request.url, "http://stub");
    if (stub.down) return request.socket.destroy();
    if (url.pathname.startsWith("/assets/")) {
      const name = url.pathname.slice("/assets/".length);
      response.setHeader("content-type", TYPES[name.split(".").pop()]);
      return response.end(readFileSync(DIST + name));
    }
    if (url.pathname.startsWith("/live")) {
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.write(": here\n\n");
      streams.add(response);
      stub.last = request.headers["last-event-id"] ?? url.searchParams.get("last-event-id");
      return request.on("close", () => streams.delete(response));
    }
    let body = "";
    for await (const chunk of request) body += chunk;
    const values = new URLSearchParams(body);
    if (request.method === "POST") posted.push({ path: url.pathname, values, headers: request.headers });
    let said = await answer(request, url, values);
    if (typeof said === "string") said = { body: said };
    response.writeHead(said?.status ?? (said ? 200 : 404), { "content-type": "text/html; charset=utf-8", "content-security-policy": POLICY, ...said?.headers });
    response.end(said?.body ?? "");
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  stub.base = `http://127.0.0.1:${server.address().port}`;
  stub.tell = (event, data, id) => {
    for (const stream of streams) stream.write(`${id ? `id: ${id}\n` : ""}event: ${event}\ndata: ${data}\n\n`);
  };
  stub.open = () => streams.size;
  stub.cut = () => {
    for (const stream of streams) stream.destroy();
    streams.clear();
  };
  stub.stop = () => {
    stub.cut();
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  };
  return stub;
}
