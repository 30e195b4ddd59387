// Two browsers on one case: each sees what the other does, nobody answers what they have not read, and nothing
// that was typed is lost, neither over a line that is cut nor over a session that ends.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { openBrowser, visitor } from "./lib/browser.mjs";
import { logIn, startDesk, withoutProgram } from "./lib/desk.mjs";
import { startLine } from "./lib/line.mjs";

const main = (page) => page.locator("main");
const thread = (page) => page.locator("#thread");
const toast = (page, text) => page.locator(".desk-toast", { hasText: text });

describe("two browsers on one case", { skip: withoutProgram }, () => {
  let browser;
  let desk;
  let line;
  let reference;
  const states = {};
  before(async () => {
    browser = await openBrowser();
    desk = await startDesk({ env: { CRDESK_LIMITS__BURST: "100000" } });
    line = await startLine(desk.base);
    for (const role of ["customer", "agent", "admin"]) {
      const page = await visitor(browser, { base: desk.base });
      states[role] = await logIn(page, desk, role);
      await page.context().close();
    }
    const customer = await visitor(browser, { base: desk.base, state: states.customer });
    await customer.goto("/cases");
    const href = await main(customer).getByRole("link", { name: /petrol pump/ }).getAttribute("href");
    reference = href.split("/").at(-1);
    await customer.context().close();
  });
  after(async () => {
    await browser?.close();
    await line?.stop();
    await desk?.stop();
  });

  /** Somebody at a page: `by` the line that can be cut, or straight. */
  async function at(t, role, path, { by = desk.base, state = states[role] } = {}) {
    const page = await visitor(browser, { base: by, state });
    page.setDefaultTimeout(30_000);
    t.after(() => page.context().close());
    await page.goto(path);
    await page.waitForFunction(() => document.body.classList.contains("js-enabled"));
    return page;
  }
  const caseOf = (role) => (role === "customer" ? `/cases/${reference}` : `/desk/cases/${reference}`);
  const field = (page) => page.locator("textarea[name=answer], form#reply textarea[name=text]");
  const send = (page) => page.locator("button[value=stay], form#reply button[type=submit]").click();

  test("what one writes is there at the other's, who keeps what they type", async (t) => {
    const agent = await at(t, "agent", caseOf("agent"));
    const customer = await at(t, "customer", caseOf("customer"));
    await field(customer).fill("half a sen");
    await field(agent).fill("The slip is here, thank you.");
    await send(agent);
    await thread(customer).getByText("The slip is here").waitFor();
    assert.equal(await field(customer).inputValue(), "half a sen");
    await field(customer).fill("When do I get it back?");
    await send(customer);
    await thread(agent).getByText("When do I get it back?").waitFor();
  });

  test("colleagues see who looks and who types", async (t) => {
    const agent = await at(t, "agent", caseOf("agent"));
    const lead = await at(t, "admin", caseOf("admin"));
    const seen = (page) => page.locator("#presence");
    await seen(agent).getByText("Ravi Menon").waitFor();
    await seen(lead).getByText("Meera Joshi").waitFor();
    const looking = await seen(lead).innerText();
    const writes = seen(lead).locator(".desk-presence__person--typing", { hasText: "Meera Joshi" });
    // For some seconds after a key somebody writes: whoever goes on writing is seen to.
    for (let tries = 0; tries < 10 && !(await writes.count()); tries++) {
      await field(agent).pressSequentially("I write ");
      await writes.waitFor({ timeout: 3_000 }).catch(() => {});
    }
    assert.equal(await writes.count(), 1);
    assert.notEqual(await seen(lead).innerText(), looking);
  });

  test("a reply to an older thread is held back, and goes once the new was read", async (t) => {
    const agent = await at(t, "agent", caseOf("agent"));
    const customer = await at(t, "customer", caseOf("customer"));
    await field(agent).fill("You get it back on Friday.");
    await field(customer).fill("I found the slip: it was my brother.");
    await send(customer);
    await thread(agent).getByText("it was my brother").waitFor();
    await send(agent);
    await toast(agent, "Something is new").waitFor();
    assert.equal(await field(agent).inputValue(), "You get it back on Friday.");
    assert.equal(await thread(customer).getByText("on Friday").count(), 0);
    await field(agent).fill("Then all is well.");
    await agent.getByRole("button", { name: "I have read it" }).click();
    await send(agent);
    await thread(customer).getByText("Then all is well.").waitFor();
  });

  test("without a script the server itself refuses it, shows what is new and keeps the text", async (t) => {
    const page = await visitor(browser, { base: desk.base, state: states.agent, script: false });
    t.after(() => page.context().close());
    await page.goto(caseOf("agent"));
    const customer = await at(t, "customer", caseOf("customer"));
    await field(customer).fill("One more thing: my address is new.");
    await send(customer);
    await thread(customer).getByText("my address is new").waitFor();
    await field(page).fill("We close this now.");
    await send(page);
    await page.locator(".desk-stale[role=alert]").waitFor();
    await page.locator(".desk-entry--fresh", { hasText: "my address is new" }).waitFor();
    assert.equal(await field(page).inputValue(), "We close this now.");
    assert.equal(await thread(page).getByText("We close this now.").count(), 0);
    await field(page).fill("We have noted it.");
    await send(page);
    await thread(customer).getByText("We have noted it.").waitFor();
  });

  test("what can be done follows what was done, and what is being typed stays", async (t) => {
    const agent = await at(t, "agent", caseOf("agent"));
    const customer = await at(t, "customer", caseOf("customer"));
    const acts = customer.locator("#acts");
    await acts.getByRole("button", { name: "Take it back" }).waitFor();
    await field(customer).fill("And one more que");
    await agent.locator("#act-resolve > summary").click();
    await agent.locator("#act-resolve").getByLabel("Upheld: the customer was right").check();
    await agent.locator("#act-resolve textarea").fill("You get the money back.");
    await agent.locator("#act-resolve button[type=submit]").click();
    await thread(customer).getByText("You get the money back.").waitFor();
    await acts.getByRole("button", { name: "This solved it" }).waitFor();
    assert.equal(await acts.getByRole("button", { name: "Take it back" }).count(), 0);
    assert.equal(await field(customer).inputValue(), "And one more que");
    // And the other way: the agent's page knows of the case that was taken up again, the panel that was
    // open is open still.
    await agent.locator("#act-note, textarea[name=note]").first().fill("Not for the custo");
    await agent.locator("#act-link > summary").click();
    await agent.locator("#act-link input[name=link-with]").fill("CR-");
    assert.equal(await agent.locator("#act-resolve").count(), 0);
    await acts.getByText("It is not solved").click();
    await customer.locator("#reopen textarea").fill("It is not all of it.");
    await customer.locator("#reopen button[type=submit]").click();
    await agent.locator("#act-resolve").waitFor();
    assert.equal(await agent.locator("textarea[name=note]").inputValue(), "Not for the custo");
    assert.equal(await agent.locator("#act-link input[name=link-with]").inputValue(), "CR-");
    assert.equal(await agent.locator("#act-link[open]").count(), 1);
    await customer.getByRole("button", { name: "Take it back" }).waitFor();
  });

  for (const role of ["agent", "customer"]) {
    test(`what ${role === "agent" ? "an agent" : "a customer"} types over a cut line is sent once, when it is back`, async (t) => {
      t.after(line.mend);
      const words = `Typed in a tunnel by the ${role}`;
      const page = await at(t, role, caseOf(role), { by: line.base });
      const other = await at(t, role === "agent" ? "customer" : "agent", caseOf(role === "agent" ? "customer" : "agent"));
      await field(page).fill("Typed in");
      line.cut();
      await toast(page, "interrupted").waitFor();
      await field(page).fill(words);
      await page.getByText("Draft not saved yet").waitFor();
      await send(page);
      await toast(page, "interrupted").nth(1).waitFor();
      assert.equal(await field(page).inputValue(), words);
      line.mend();
      await toast(page, "Connected again").waitFor();
      await page.getByText(/Draft saved/).waitFor();
      await send(page);
      await thread(other).getByText(words).waitFor();
      await thread(page).getByText(words).waitFor();
      assert.equal(await thread(page).getByText(words).count(), 1);
      assert.equal(await field(page).inputValue(), "");
    });

    test(`what ${role === "agent" ? "an agent" : "a customer"} sent stands there once, though the answer was lost and it is sent again`, async (t) => {
      const words = `Sent into silence by the ${role}`;
      const page = await at(t, role, caseOf(role), { by: line.base });
      await field(page).fill(words);
      const gone = () => line.posted.filter((path) => path.endsWith("/reply")).length;
      const before = gone();
      line.loses = /\/reply$/;
      await send(page);
      // The browser sends it again by itself, or shows its own page of failure.
      while (line.loses) await new Promise((resolve) => setTimeout(resolve, 50));
      await page.reload().catch(() => {});
      await page.goto(caseOf(role)).catch(() => page.goto(caseOf(role)));
      await thread(page).getByText(words).waitFor();
      assert.ok(gone() > before + 1, "it went twice");
      assert.equal(await thread(page).getByText(words).count(), 1);
      assert.equal(await field(page).inputValue(), "", "no draft of it is left");
    });

    test(`what ${role === "agent" ? "an agent" : "a customer"} types is there after their session was ended elsewhere`, async (t) => {
      const own = await visitor(browser, { base: desk.base });
      t.after(() => own.context().close());
      await logIn(own, desk, role);
      await own.goto(caseOf(role));
      await own.waitForFunction(() => document.body.classList.contains("js-enabled"));
      await field(own).fill("Saved before it ended");
      await own.getByText(/Draft saved/).waitFor();
      const elsewhere = await at(t, role, "/account");
      await elsewhere.getByRole("button", { name: "Sign out everywhere else" }).click();
      await elsewhere.getByText("You are signed out everywhere else.").waitFor();
      states[role] = await elsewhere.context().storageState();
      const words = `Ended elsewhere, said the ${role}`;
      await field(own).fill(words);
      await own.getByRole("dialog", { name: "You have been signed out" }).waitFor();
      assert.equal(await field(own).inputValue(), words);
      // In another tab, as the page says; this one hears of it by itself.
      const tab = await own.context().newPage();
      await logIn(tab, desk, role);
      await own.getByRole("dialog", { name: "You have been signed out" }).waitFor({ state: "hidden" });
      await tab.close();
      await own.getByText(/Draft saved/).waitFor();
      await send(own);
      await thread(own).getByText(words).waitFor();
      states[role] = await own.context().storageState();
    });
  }
});
