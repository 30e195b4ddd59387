// Every building block, in every look and from right to left.
import { after, before, describe, test } from "node:test";
import { everyLook, openBrowser } from "./lib/browser.mjs";
import { startDesk, withoutProgram } from "./lib/desk.mjs";

describe("the building blocks", { skip: withoutProgram }, () => {
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

  for (const language of ["en", "hi"]) {
    test(`are accessible and fit, in ${language}`, () => everyLook(browser, desk.base, "/dev/styleguide", { language }));
  }

  test("are accessible and fit from right to left", () =>
    everyLook(browser, desk.base, "/dev/styleguide", { before: (page) => page.evaluate(() => (document.documentElement.dir = "rtl")) }));
});
