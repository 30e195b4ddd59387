// Every page that each of us can reach by links, in every look: accessible, no wider than its window,
// nothing that the page's policy forbids.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { everyLook, openBrowser, visitor } from "./lib/browser.mjs";
import { crawl, kind } from "./lib/crawl.mjs";
import { logIn, startDesk, withoutProgram } from "./lib/desk.mjs";

const STARTS = { nobody: ["/", "/log-in", "/register", "/track"], customer: ["/"], agent: ["/desk"], admin: ["/admin", "/desk"] };

// What an agent and an admin both see is looked at once.
const looked = new Set();
const first = (role, path) => {
  const what = `${role === "admin" ? "agent" : role} ${kind(path)}`;
  return !looked.has(what) && Boolean(looked.add(what));
};

describe("every page", { skip: withoutProgram }, () => {
  let browser;
  let desk;
  before(async () => {
    browser = await openBrowser();
    desk = await startDesk();
  });
  after(async () => {
    await browser?.close();
    await desk?.stop();
  });

  for (const [role, starts] of Object.entries(STARTS)) {
    test(`that ${role === "nobody" ? "somebody signed out" : `a ${role}`} reaches is accessible and fits`, async (t) => {
      const page = await visitor(browser, { base: desk.base });
      await page.goto("/");
      const state = role === "nobody" ? undefined : await logIn(page, desk, role);
      const pages = await crawl(page, starts, { leaveOut: [/^\/dev\//] });
      await page.context().close();
      await t.test("every link leads somewhere", () => assert.deepEqual(pages.filter(({ status }) => status !== 200), []));
      for (const { path, status } of pages) {
        if (status === 200 && first(role, path)) await t.test(path, () => everyLook(browser, desk.base, path, { state }));
      }
    });
  }
});
