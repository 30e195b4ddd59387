// What the desk's script promises, against a server that only listens.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { accessible, openBrowser, visitor } from "./lib/browser.mjs";
import { page as html, startStub } from "./lib/stub.mjs";

let browser;
before(async () => (browser = await openBrowser()));
after(() => browser.close());

async function at(t, main, options = {}, answer = () => undefined) {
  const stub = await startStub((request, url, values) => {
    if (url.pathname === "/" && request.method === "GET") return stub.front?.() ?? html(main, options);
    return answer(request, url, values);
  });
  const page = await visitor(browser, { base: stub.base });
  t.after(async () => {
    await page.context().close();
    await stub.stop();
    assert.deepEqual(page.complaints, []);
  });
  await page.goto("/");
  await page.waitForFunction(() => document.body.classList.contains("js-enabled"));
  return { stub, page };
}

async function until(what, why) {
  for (let tries = 0; tries < 200; tries += 1) {
    if (await what()) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  assert.fail(why);
}

const DRAFT = `<form method="post" action="/send" data-draft="raise"><input type="hidden" name="csrf" value="mark"><input type="hidden" name="key" value="k1">
<label>Story <textarea name="story"></textarea></label><label>Secret <input type="password" name="secret"></label><button>Send</button><p data-draft-state></p></form>`;
const drafts = (request, url) => (url.pathname.startsWith("/drafts/") ? { status: 204 } : url.pathname === "/send" ? "<p>sent</p>" : undefined);
const draftsOf = (stub) => stub.posted.filter((post) => post.path === "/drafts/raise");

describe("drafts", () => {
  test("what is typed is on the server within seconds, but no password and no mark of the form", async (t) => {
    const timeZone = "Pacific/Kiritimati";
    const { stub, page } = await at(t, DRAFT, { body: `data-zone="${timeZone}"` }, drafts);
    await page.getByLabel("Story").fill("charged twice");
    await page.getByLabel("Secret").fill("hunter2");
    await until(() => draftsOf(stub).length, "no draft came");
    const { values } = draftsOf(stub)[0];
    assert.deepEqual([...values.keys()].sort(), ["csrf", "story"]);
    assert.equal(values.get("story"), "charged twice");
    const saved = await page.getByText(/Draft saved/).innerText();
    const there = new Intl.DateTimeFormat("en", { hour: "2-digit", minute: "2-digit", timeZone });
    const about = [0, 60_000].map((ago) => there.format(Date.now() - ago));
    assert.ok(about.some((time) => saved.includes(time)), `${saved}, where the bank is ${about[0]}`);
    assert.equal(await page.evaluate(() => localStorage.length + sessionStorage.length), 0);
  });

  test("over a dropped connection nothing typed is lost, and it is saved when the line is back", async (t) => {
    const { stub, page } = await at(t, DRAFT, {}, drafts);
    stub.down = true;
    await page.getByLabel("Story").fill("typed in a tunnel");
    await page.getByText("Draft not saved yet").waitFor();
    await page.getByRole("button", { name: "Send" }).click();
    await page.locator(".desk-toast", { hasText: "Interrupted" }).waitFor();
    assert.equal(await page.getByLabel("Story").inputValue(), "typed in a tunnel");
    assert.equal(new URL(page.url()).pathname, "/");
    stub.down = false;
    await until(() => draftsOf(stub).some((post) => post.values.get("story") === "typed in a tunnel"), "not saved later");
    await page.getByRole("button", { name: "Send" }).click();
    await page.getByText("sent").waitFor();
  });
});

test("a form that is pressed twice is sent once", async (t) => {
  const { stub, page } = await at(t, 
    `<form method="post" action="/slow"><button>Pay</button></form>`,
    {},
    async (request, url) => url.pathname === "/slow" && (await new Promise((resolve) => setTimeout(resolve, 500)), "<p>paid</p>"),
  );
  await page.evaluate(() => {
    document.querySelector("main button").click();
    document.querySelector("main button").click();
  });
  await page.getByText("paid").waitFor();
  assert.equal(stub.posted.length, 1);
});

test("what is asked first is sent only after a yes", async (t) => {
  const { stub, page } = await at(t, `<form method="post" action="/merge"><button data-confirm="Merge these two?">Merge</button></form>`, {}, () => "<p>merged</p>");
  await page.getByRole("button", { name: "Merge" }).click();
  await page.getByText("Merge these two?").waitFor();
  await page.getByRole("button", { name: "No" }).click();
  assert.equal(stub.posted.length, 0);
  await page.getByRole("button", { name: "Merge" }).click();
  await page.getByRole("button", { name: "Yes" }).click();
  await page.getByText("merged").waitFor();
  assert.equal(stub.posted.length, 1);
});

describe("live", () => {
  const thread = (head, words) =>
    `<ol id="thread" data-head="${head}" hx-get="/thread" hx-trigger="live" hx-swap="outerMorph" data-fragment="thread" data-ticket="t1"><li>${words}</li></ol>`;
  const REPLY = `<form method="post" action="/reply"><input type="hidden" name="seen" value="1" data-seen>
<div data-stale hidden><p>Something new has arrived</p><button type="button" data-stale-read>I have read it</button></div>
<label>Reply <textarea name="text"></textarea></label><button>Send</button></form>`;
  const CASE = `<div data-live="/live">${thread(1, "first")}</div>${REPLY}`;

  async function atCase(t) {
    const state = { head: 1, words: "first" };
    const opened = await at(t, CASE, {}, (request, url) => {
      if (url.pathname === "/thread") return thread(state.head, state.words);
      if (url.pathname === "/reply") return "<p>replied</p>";
      return undefined;
    });
    await until(() => opened.stub.open(), "no stream");
    return { ...opened, state };
  }

  test("a change shows by itself and leaves what is typed alone", async (t) => {
    const { stub, page, state } = await atCase(t);
    await page.getByLabel("Reply").fill("half a sen");
    Object.assign(state, { head: 2, words: "second" });
    stub.tell("news", "t1", 7);
    await page.getByText("second").waitFor();
    assert.equal(await page.getByLabel("Reply").inputValue(), "half a sen");
    assert.ok(await page.evaluate(() => document.activeElement.tagName === "TEXTAREA"), "the focus stays");
  });

  /** A page whose deeds are a fragment of their own: what `deeds` says they are, when it is asked. */
  async function withDeeds(t, deeds) {
    const fragment = () => `<div id="acts" hx-get="/acts" hx-trigger="live" hx-swap="outerMorph" data-fragment="acts" data-ticket="t1">${deeds.now}</div>`;
    const opened = await at(t, `<div data-live="/live">${fragment()}</div>`, {}, (request, url) => (url.pathname === "/acts" ? fragment() : "<p>done</p>"));
    await until(() => opened.stub.open(), "no stream");
    return opened;
  }
  const why = (label) =>
    `<details id="act-why" hx-morph-skip open><summary>Reopen</summary><form method="post" action="/reopen"><label>${label} <textarea name="why"></textarea></label><select name="to"><option>A</option><option>B</option></select></form></details>`;

  test("what can be done changes, and what is begun is not taken away", async (t) => {
    const deeds = { now: `${why("Why")}<form method="post" action="/rate"><button>Rate</button></form>` };
    const { stub, page } = await withDeeds(t, deeds);
    // Nothing is written: the page goes along.
    deeds.now = `${why("Why")}<form method="post" action="/close"><button>Close</button></form>`;
    stub.tell("news", "t1", 7);
    await page.getByRole("button", { name: "Close" }).waitFor();
    // Something is, and it has its place: it stays as it is, and the rest goes along.
    await page.getByLabel("Why").fill("The fee is");
    deeds.now = `${why("Another why")}<form method="post" action="/rate"><button>Rate</button></form>`;
    stub.tell("news", "t1", 8);
    await page.getByRole("button", { name: "Rate" }).waitFor();
    assert.equal(await page.getByLabel("Why").inputValue(), "The fee is");
    // It has none any more: nothing is taken away (and a list of which nothing was chosen is not begun), and the writer is told.
    deeds.now = `<form method="post" action="/take-back"><button>Take back</button></form>`;
    stub.tell("news", "t1", 9);
    await page.locator(".desk-toast", { hasText: "Something is new" }).waitFor();
    assert.equal(await page.getByLabel("Why").inputValue(), "The fee is");
    assert.equal(await page.getByRole("button", { name: "Take back" }).count(), 0);
    // Once it is empty again the page goes along.
    await page.getByLabel("Why").fill("");
    stub.tell("news", "t1", 10);
    await page.getByRole("button", { name: "Take back" }).waitFor();
    assert.equal(await page.getByLabel("Why").count(), 0);
  });

  test("a yes counts for what was asked, whatever the button does by then", async (t) => {
    const deed = (to, price) =>
      `<form method="post" action="${to}"><input type="hidden" name="key" value="${Math.random()}"><input type="hidden" name="amount" value="${price}"><button data-confirm="For ${price}?">Go on</button></form>`;
    const deeds = { now: deed("/accept", "5000") };
    const { stub, page } = await withDeeds(t, deeds);
    const dialog = page.getByRole("dialog");
    for (const next of [deed("/accept", "6000"), deed("/decline", "6001"), ""]) {
      await page.getByRole("button", { name: "Go on" }).click();
      await dialog.waitFor();
      deeds.now = next;
      stub.tell("news", "t1", 7);
      await page.waitForFunction((html) => document.querySelector("#acts").innerHTML.includes(html), next.match(/For [0-9]+/)?.[0] ?? "");
      if (!next) await page.getByRole("button", { name: "Go on" }).waitFor({ state: "detached" });
      await dialog.getByRole("button", { name: "Yes" }).click();
      await page.locator(".desk-toast", { hasText: "Not done" }).first().waitFor();
      await page.waitForTimeout(200);
      assert.equal(stub.posted.length, 0, `yes to what is no more: ${next}`);
    }
    // Another mark of the same form is the same deed.
    deeds.now = deed("/accept", "7000");
    stub.tell("news", "t1", 8);
    await page.getByRole("button", { name: "Go on" }).click();
    await dialog.waitFor();
    deeds.now = deed("/accept", "7000");
    stub.tell("news", "t1", 9);
    await page.waitForTimeout(400);
    await dialog.getByRole("button", { name: "Yes" }).click();
    await page.getByText("done", { exact: true }).waitFor();
    assert.equal(stub.posted[0].values.get("amount"), "7000");
  });

  test("news of another case fetches nothing", async (t) => {
    const { stub, page, state } = await atCase(t);
    Object.assign(state, { head: 2, words: "second" });
    stub.tell("news", "t2", 7);
    await page.waitForTimeout(400);
    assert.equal(await page.getByText("second").count(), 0);
  });

  test("who wrote against an older thread is told, and sends after having read", async (t) => {
    const { stub, page, state } = await atCase(t);
    await page.getByLabel("Reply").fill("an answer");
    Object.assign(state, { head: 2, words: "the customer changed their mind" });
    stub.tell("news", "t1", 7);
    await page.getByText("Something new has arrived").waitFor();
    await page.getByRole("button", { name: "Send" }).click();
    await page.locator(".desk-toast", { hasText: "Something is new" }).waitFor();
    assert.equal(stub.posted.length, 0);
    await page.getByRole("button", { name: "I have read it" }).click();
    await page.getByRole("button", { name: "Send" }).click();
    await page.getByText("replied").waitFor();
    assert.equal(stub.posted[0].values.get("seen"), "2");
  });

  test("after a break the page catches up before a reply can be sent", async (t) => {
    const { stub, page, state } = await atCase(t);
    stub.tell("news", "t1", 7);
    await page.getByLabel("Reply").fill("an answer");
    stub.down = true;
    stub.cut();
    await page.locator(".desk-toast", { hasText: "Interrupted" }).waitFor();
    await page.getByRole("button", { name: "Send" }).click();
    await page.waitForTimeout(300);
    assert.equal(stub.posted.length, 0);
    Object.assign(state, { head: 2, words: "said meanwhile" });
    stub.down = false;
    await page.getByRole("button", { name: "Send" }).click();
    await page.getByText("said meanwhile").waitFor();
    assert.equal(stub.posted.length, 0);
    await until(() => stub.open(), "the stream comes back");
    assert.equal(stub.last, "7");
  });

  test("a notice is said at the edge of the page", async (t) => {
    const { stub, page } = await atCase(t);
    stub.tell("notice", JSON.stringify({ text: "Your complaint was answered", href: "/cases/1" }));
    await page.getByRole("status").getByRole("link", { name: "Your complaint was answered" }).waitFor();
  });
});

test("others hear who looks and who types", async (t) => {
  const { stub, page } = await at(t, `<div data-presence="/presence/t1"></div><textarea aria-label="Reply"></textarea>`, {}, () => ({ status: 204 }));
  await until(() => stub.posted.length, "nobody heard");
  await page.getByLabel("Reply").pressSequentially("hello");
  await until(() => stub.posted.some((post) => post.values.get("doing") === "typing"), "typing is not told");
  assert.deepEqual([...new Set(stub.posted.map((post) => post.values.get("doing")))], ["looking", "typing"]);
});

describe("the end of a session", () => {
  const body = 'data-session-idle="4" data-session-warn="3"';

  test("is announced and can be put off", async (t) => {
    const { stub, page } = await at(t, "<p>hello</p>", { body }, () => ({ status: 204 }));
    await page.getByRole("button", { name: "Stay" }).click();
    await until(() => stub.posted.some((post) => post.path === "/session/extend"), "not extended");
    await page.locator("#session-end[open]").waitFor({ state: "detached" });
  });

  test("that nobody can put off says so", async (t) => {
    const day = 'data-session-idle="900" data-session-warn="60" data-session-most="30"';
    const { stub, page } = await at(t, "<p>hello</p>", { body: day }, () => ({ status: 204 }));
    await page.getByText("as long as one can be").waitFor();
    assert.equal(await page.getByRole("button", { name: "Stay" }).isVisible(), false);
    await page.getByRole("button", { name: "Go on" }).click();
    await page.locator("#session-end[open]").waitFor({ state: "detached" });
    await page.waitForTimeout(2_500);
    assert.equal(await page.locator("#session-end[open]").count(), 0, "one can finish what one was at");
    assert.equal(stub.posted.length, 0, "and nothing is put off");
  });

  test("saves what is typed and leads to the log-in page and back", async (t) => {
    const { stub, page } = await at(t, DRAFT, { body }, (request, url) => (url.pathname === "/log-in" ? "<p>log in</p>" : drafts(request, url)));
    await page.getByLabel("Story").fill("almost done");
    await page.getByText("log in").waitFor();
    assert.equal(new URL(page.url()).searchParams.get("next"), "/");
    assert.ok(draftsOf(stub).some((post) => post.values.get("story") === "almost done"));
  });
});

test("two colons offer canned replies, and say what is left to fill in", async (t) => {
  const canned = [
    { code: "refund", title: "Refund raised", text: "Dear Asha, reference ?", unfilled: ["reference"] },
    { code: "sorry", title: "Apology", text: "We are sorry.", unfilled: [] },
  ];
  const { page } = await at(t, `<label>Reply <textarea data-canned="/canned"></textarea></label>`, {}, (request, url) =>
    url.pathname === "/canned" ? { body: JSON.stringify(canned), headers: { "content-type": "application/json" } } : undefined,
  );
  const reply = page.getByLabel("Reply");
  await reply.pressSequentially("Hello. ::");
  await page.getByRole("option", { name: /Apology/ }).waitFor();
  await reply.pressSequentially("ref");
  await page.getByRole("option", { name: /Apology/ }).waitFor({ state: "detached" });
  await accessible(page);
  await page.keyboard.press("Enter");
  assert.equal(await reply.inputValue(), "Hello. Dear Asha, reference ?");
  await page.locator(".desk-toast", { hasText: "reference" }).waitFor();
});

describe("a session that ended elsewhere", () => {
  const body = 'data-session-idle="900" data-session-warn="60" data-user="asha"';

  async function atExpired(t, returning) {
    const state = { over: false };
    const opened = await at(t, DRAFT, { body }, (request, url) => (url.pathname === "/log-in" ? "<p>log in</p>" : state.over ? { status: 401 } : drafts(request, url)));
    state.over = true;
    await opened.page.getByLabel("Story").fill("not saved yet");
    await opened.page.getByText("Still here").waitFor();
    assert.equal(await opened.page.getByLabel("Story").inputValue(), "not saved yet");
    state.over = false;
    opened.stub.front = () => html(DRAFT.replace("mark", "new"), { body: body.replace("asha", returning) }).replace('data-csrf="mark"', 'data-csrf="new"');
    await opened.page.getByRole("button", { name: "I have signed in" }).click();
    return opened;
  }

  test("keeps the page until the same person is back, and saves what is typed", async (t) => {
    const { stub, page } = await atExpired(t, "asha");
    await page.getByText(/Draft saved/).waitFor();
    const draft = draftsOf(stub).at(-1).values;
    assert.deepEqual([draft.get("story"), draft.get("csrf")], ["not saved yet", "new"]);
    await page.getByRole("button", { name: "Send" }).click();
    await page.getByText("sent").waitFor();
    assert.equal(stub.posted.at(-1).values.get("csrf"), "new");
  });

  test("shows nothing of it to somebody else", async (t) => {
    const { stub, page } = await atExpired(t, "ravi");
    await page.waitForFunction(() => document.body.dataset.user === "ravi");
    assert.equal(await page.getByLabel("Story").inputValue(), "");
    assert.ok(!draftsOf(stub).some((post) => post.values.get("csrf") === "new"));
  });
});

describe("keys", () => {
  const LIST = `<ul data-list><li data-item><a href="/one">One</a></li><li data-item><a href="/two">Two</a></li></ul>
<button type="button" data-shortcut="c" id="claim">Claim</button><label>Note <textarea data-shortcut="n"></textarea></label>`;
  const focus = (page) => page.evaluate(() => document.activeElement.textContent || document.activeElement.tagName);

  test("move in a list, press, write, open the sheet, go places", async (t) => {
    const { page } = await at(t, LIST, { keys: true }, () => "<p>there</p>");
    await page.evaluate(() => document.getElementById("claim").addEventListener("click", () => (window.claimed = true)));
    await page.keyboard.press("j");
    assert.equal(await focus(page), "One");
    await page.keyboard.press("j");
    assert.equal(await focus(page), "Two");
    await page.keyboard.press("k");
    assert.equal(await focus(page), "One");
    await page.keyboard.press("c");
    assert.ok(await page.evaluate(() => window.claimed));
    await page.keyboard.press("?");
    await page.locator("#keys[open]").waitFor();
    await page.keyboard.press("Escape");
    await page.keyboard.press("n");
    assert.equal(await focus(page), "TEXTAREA");
    await page.keyboard.type("ngqj?");
    assert.equal(await page.getByLabel("Note").inputValue(), "ngqj?");
    await page.evaluate(() => document.activeElement.blur());
    await page.keyboard.press("g");
    await page.keyboard.press("q");
    await page.waitForURL("**/queue");
  });

  test("open what is folded, at the first field that can be seen", async (t) => {
    const folded = `<details><summary data-shortcut="e">Resolve</summary><form><p hidden><button>I have read it</button></p><label>Outcome <input name="outcome"></label></form></details>`;
    const { page } = await at(t, folded, { keys: true });
    await page.keyboard.press("e");
    assert.equal(await page.evaluate(() => document.activeElement.name), "outcome");
  });

  test("do nothing where they are switched off", async (t) => {
    const { page } = await at(t, LIST, {});
    await page.keyboard.press("j");
    await page.keyboard.press("?");
    assert.equal(await page.locator("dialog[open]").count(), 0);
    assert.equal(await page.evaluate(() => document.activeElement.tagName), "BODY");
  });

  test("the palette finds what the page and the server offer", async (t) => {
    const { page } = await at(t, LIST, { keys: true }, (request, url) =>
      url.pathname === "/palette"
        ? { body: JSON.stringify({ found: [{ text: `Case ${url.searchParams.get("q")}`, what: "Asha", href: "/cases/9" }] }), headers: { "content-type": "application/json" } }
        : "<p>there</p>",
    );
    await page.keyboard.press("Control+k");
    await page.keyboard.type("x");
    await page.keyboard.press("Escape");
    await page.locator("#palette[open]").waitFor({ state: "detached" });
    await page.keyboard.press("Control+k");
    await page.keyboard.type("que");
    await page.getByRole("option", { name: /Case que/ }).waitFor();
    assert.equal(await page.getByRole("option").count(), 2);
    const chosen = page.locator("[role=option][aria-selected=true]");
    assert.match(await chosen.textContent(), /Queue/);
    await page.keyboard.press("ArrowUp");
    assert.match(await chosen.textContent(), /Case que/);
    await page.keyboard.press("ArrowDown");
    assert.match(await chosen.textContent(), /Queue/);
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    await page.waitForURL("**/cases/9");
  });

  test("the palette does what was typed for, however fast Enter follows", async (t) => {
    const { page } = await at(t, LIST, { keys: true }, (request, url) =>
      url.pathname === "/palette"
        ? { body: JSON.stringify({ found: [{ text: "Case 9", what: "Asha", href: "/cases/9" }] }), headers: { "content-type": "application/json" } }
        : "<p>there</p>",
    );
    await page.keyboard.press("Control+k");
    await page.keyboard.type("no");
    await page.keyboard.press("Enter");
    await page.keyboard.type("written");
    assert.equal(await page.getByLabel("Note").inputValue(), "written");
    await page.keyboard.press("Control+k");
    await page.keyboard.type("C-9");
    await page.keyboard.press("Enter");
    await page.waitForURL("**/cases/9");
  });

  test("the sheet tells the keys of this page, and any key that an element asks for works", async (t) => {
    const { page } = await at(t, `${LIST}<button type="button" data-shortcut="m" id="missed">Did not come</button>`, { keys: true });
    await page.evaluate(() => document.getElementById("missed").addEventListener("click", () => (window.missed = true)));
    await page.keyboard.press("m");
    assert.ok(await page.evaluate(() => window.missed));
    await page.keyboard.press("?");
    const told = await page.locator("[data-keys-here] div").allInnerTexts();
    assert.deepEqual(told.map((line) => line.replace(/\s+/g, " ")), ["c Claim", "n Note", "m Did not come"]);
  });
});

test("in a chat Enter sends, and with Shift begins a line", async (t) => {
  const { stub, page } = await at(t, `<form method="post" action="/say"><label>Message <textarea name="text" data-send="enter"></textarea></label><button>Send</button></form>`, {}, () => "<p>said</p>");
  await page.getByLabel("Message").focus();
  await page.keyboard.press("Enter");
  await page.keyboard.type("one");
  await page.keyboard.press("Shift+Enter");
  await page.keyboard.type("two");
  assert.equal(stub.posted.length, 0, "nothing empty is sent");
  await page.keyboard.press("Enter");
  await page.getByText("said").waitFor();
  assert.deepEqual(stub.posted.map(({ values }) => values.get("text").replace("\r", "")), ["one\ntwo"]);
});

test("letters are counted, files listed, references copied, times kept fresh", async (t) => {
  const soon = new Date(Date.now() + 3 * 3600_000 + 60_000).toISOString();
  const past = new Date(Date.now() - 61_000).toISOString();
  const { page } = await at(t, `<div class="govuk-form-group govuk-character-count"><label>Story <textarea data-limit="5"></textarea></label>
<div class="govuk-hint govuk-character-count__message">up to 5</div><div data-count-said aria-live="polite"></div></div>
<div class="govuk-form-group"><label>Files <input type="file" data-files multiple></label><ul data-files-list></ul></div>
<button type="button" data-copy="C-1" hidden>Copy</button>
<span class="desk-sla desk-sla--due" data-sla="${soon}"><span data-sla-text>?</span></span>
<span class="desk-sla desk-sla--due" id="late" data-sla="${past}"><span data-sla-text>?</span></span>
<time data-relative datetime="${past}">?</time>`);
  await page.getByLabel("Story").fill("नमस्ते!");
  await page.getByText("Characters over: 2").waitFor();
  await page.getByLabel("Files").setInputFiles({ name: "bill.pdf", mimeType: "application/pdf", buffer: Buffer.alloc(3000) });
  assert.match(await page.locator("[data-files-list]").textContent(), /bill\.pdf \(3 kB\)/);
  await page.getByRole("button", { name: "Copy" }).click();
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), "C-1");
  assert.equal(await page.locator(".desk-sla").first().textContent(), "due in 3 hours");
  assert.equal(await page.locator("#late").textContent(), "overdue by 1 minute");
  assert.ok(await page.locator("#late.desk-sla--overdue").count());
  assert.equal(await page.locator("time").textContent(), "1 minute ago");
});

test("what is not accessible is found", async (t) => {
  const { page } = await at(t, '<img src="/assets/icon.svg">');
  await assert.rejects(accessible(page), /image-alt/);
});
