// USN-3 and USN-4 of the replaced registry: customers who come in through a provider, here the certified
// OpenID Connect provider of npm, with its own pages in the same browser.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { openBrowser, visitor } from "./lib/browser.mjs";
import { startDesk, withoutProgram } from "./lib/desk.mjs";
import { startProvider, withoutProvider } from "./lib/provider.mjs";
import { startSink } from "./lib/sink.mjs";

const main = (page) => page.locator("main");

describe("through a provider", { skip: withoutProgram || withoutProvider }, () => {
  let browser;
  let desk;
  let provider;
  let sink;
  before(async () => {
    browser = await openBrowser();
    sink = await startSink();
    provider = await startProvider();
    desk = await startDesk({ env: { ...sink.env, ...provider.env("harbour", "Harbour"), CRDESK_LIMITS__BURST: "100000" } });
    await provider.leadsBackTo(`${desk.base}/log-in/back/harbour`);
  });
  after(async () => {
    await browser?.close();
    await desk?.stop();
    await provider?.stop();
    await sink?.stop();
  });

  /** Goes to the provider in a browser of their own, says there who they are, agrees and comes back. */
  async function comesAs(t, name, from = "/log-in") {
    const page = await visitor(browser, { base: desk.base });
    page.setDefaultTimeout(20_000);
    t.after(() => page.context().close());
    // The provider's pages ask for a font of the world outside.
    await page.context().route((url) => url.hostname !== "127.0.0.1", (route) => route.abort());
    await page.goto(from);
    await main(page).getByRole("button", { name: "Sign in with Harbour" }).click();
    await page.waitForURL(`${provider.issuer}/**`);
    await page.locator("input[name=login]").fill(name);
    await page.locator("input[name=password]").fill("anything");
    await page.locator("button[type=submit]").click();
    await page.getByText("Continue").click();
    await page.waitForURL(`${desk.base}/**`);
    return page;
  }
  const account = (page) => page.evaluate(() => document.body.dataset.user);

  test("USN-3 somebody new registers, and the second time is the same customer", async (t) => {
    const page = await comesAs(t, "lata", "/log-in?next=/services");
    assert.equal(await page.getByLabel("Your name").inputValue(), "Lata Naik");
    await page.getByRole("button", { name: "Not now" }).click();
    await page.waitForURL("**/services");
    const first = await account(page);
    assert.ok(first);
    const again = await comesAs(t, "lata", "/log-in?next=/services");
    await again.waitForURL("**/services");
    assert.equal(await account(again), first);
  });

  test("USN-4 who has an account with the address that the provider confirmed comes into it", async (t) => {
    const page = await comesAs(t, "asha", "/log-in?next=/cases");
    if (await page.getByRole("button", { name: "Not now" }).count()) await page.getByRole("button", { name: "Not now" }).click();
    await page.waitForURL("**/cases");
    await main(page).getByRole("link", { name: /petrol pump/ }).waitFor();
  });

  test("an address that the provider has not confirmed opens no account", async (t) => {
    const thief = await comesAs(t, "thief");
    await thief.waitForURL("**/register/code*");
    assert.equal(await account(thief), undefined);
    await thief.goto("/cases");
    await thief.waitForURL(/\/log-in/);
  });

  test("it is confirmed here first, once", async (t) => {
    const page = await comesAs(t, "ravi");
    await page.waitForURL("**/register/code*");
    const mail = await sink.mail("ravi@example.test", /\b\d{3} ?\d{3}\b/);
    await page.locator("input[autocomplete=one-time-code]").fill(/\b(\d{3} ?\d{3})\b/.exec(mail.text)[1]);
    await main(page).locator("form button").first().click();
    await page.locator("details[data-menu]").waitFor();
    const first = await account(page);
    const again = await comesAs(t, "ravi");
    await again.locator("details[data-menu]").waitFor();
    assert.equal(await account(again), first);
  });

  test("a provider that is away is told plainly", async (t) => {
    await fetch(`${provider.issuer}/control?fault=${encodeURIComponent("503 at token")}`);
    t.after(() => fetch(`${provider.issuer}/control`));
    const left = await comesAs(t, "lata");
    await main(left).getByText("The provider does not answer now.").waitFor();
    assert.equal(await account(left), undefined);
  });
});
