// A day at the bank without a pointer: customers, agents and admins who have nothing but keys. At every stop of the
// focus it is on the screen and can be told from where it is not.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { accessible, openBrowser, screen, visitor } from "./lib/browser.mjs";
import { logIn, secondFactor, startDesk, withoutProgram } from "./lib/desk.mjs";
import { byKeys } from "./lib/keyboard.mjs";

const main = (page) => page.locator("main");

describe("by keys alone", { skip: withoutProgram }, () => {
  let browser;
  let desk;
  const states = {};
  before(async () => {
    browser = await openBrowser();
    desk = await startDesk({ env: { CRDESK_LIMITS__BURST: "100000" } });
  });
  after(async () => {
    await browser?.close();
    await desk?.stop();
  });

  /** Somebody at a keyboard: signed in as `role`, or nobody yet. */
  async function at(t, role) {
    if (role && !states[role]) {
      const page = await visitor(browser, { base: desk.base });
      states[role] = await logIn(page, desk, role);
      await page.context().close();
    }
    const page = await visitor(browser, { base: desk.base, state: states[role] });
    page.setDefaultTimeout(20_000);
    const keys = await byKeys(page);
    t.after(async () => {
      await page.context().close();
      keys.done();
      assert.deepEqual(page.complaints, []);
    });
    return { page, keys };
  }

  /** Signs in at the page that asks for it. */
  async function signIn({ page, keys }, role) {
    const person = desk.people[role];
    await keys.fill("E-mail address", person.email);
    await keys.fill("Password", person.phrase);
    await keys.press("Enter");
    if (role !== "customer") {
      await page.waitForURL("**/log-in/factor*");
      await keys.fill("Code from your authenticator app", await secondFactor(page, person));
      await keys.press("Enter");
    }
    await page.locator("details[data-menu]").waitFor();
    states[role] = await page.context().storageState();
  }

  test("the first stop leads past the bar to the page itself", async (t) => {
    const { page, keys } = await at(t);
    await page.goto("/services");
    await keys.press("Tab");
    const skip = page.getByRole("link", { name: "Skip to main content" });
    assert.ok(await skip.evaluate((link) => link === document.activeElement && link.getBoundingClientRect().width > 20), "it shows itself");
    await keys.press("Enter");
    assert.ok(await page.evaluate(() => document.activeElement.matches("main")));
    await keys.press("Tab");
    assert.ok(await page.evaluate(() => Boolean(document.activeElement.closest("main a"))), "the next stop is in the page");
  });

  test("a customer signs in and complains, as far as the reference", async (t) => {
    const { page, keys } = await at(t);
    await page.goto("/");
    await keys.push(/^Complain$/, { role: "link" });
    await page.waitForURL(/\/log-in\?/);
    await signIn({ page, keys }, "customer");
    // What is asked once of somebody who is here for the first time.
    await keys.fill("Telephone", "+91 98200 11122");
    await keys.pick("Your branch", "Pune");
    await keys.choose("By telephone");
    await keys.choose("Ask you how we did, after a case");
    await keys.push("Keep");
    await page.waitForURL("**/raise/complain");
    await keys.push("Debit and credit cards", { role: "link" });
    await page.waitForURL("**/raise/complain/cards");
    await keys.push("Continue");
    // What is missing is told, and one key leads to where it is missing.
    await keys.push("Say in a few words what it is about", { role: "link" });
    await keys.type("Charged by the wrong shop");
    await keys.fill("What is it about, and what should we do?", "A toy shop in Nagpur took Rs 890. I was never there.");
    await keys.fill("How much money is it about?", "890");
    await keys.push("Continue");
    await page.waitForURL("**/check");
    // Back to change one answer: the others are still there.
    await keys.push(/^Change .*few words/, { role: "link" });
    await keys.fill("In a few words", "Charged by a shop that I do not know");
    assert.match(await page.getByLabel("What is it about, and what should we do?").inputValue(), /Nagpur/);
    await keys.push("Continue");
    await page.waitForURL("**/check");
    await keys.push("Send");
    await page.waitForURL("**/received");
    const reference = decodeURIComponent(/\/cases\/([^/]+)\/received/.exec(page.url())[1]);
    assert.ok((await main(page).getByText("Your reference").innerText()).includes(reference));
    await keys.push("Follow your case", { role: "link" });
    await main(page).getByText("A toy shop in Nagpur").waitFor();
  });

  test("an agent signs in, walks the queue, answers, notes and solves", async (t) => {
    const { page, keys } = await at(t);
    await page.goto("/desk");
    await signIn({ page, keys }, "agent");
    await page.waitForURL("**/desk");

    await screen(page, "agent-queue");
    const focused = () => page.evaluate(() => document.activeElement.textContent.trim());
    await keys.press("j");
    const first = await focused();
    await keys.press("j");
    assert.notEqual(await focused(), first);
    await keys.press("k");
    assert.equal(await focused(), first);
    await keys.press("o");
    await page.waitForURL("**/desk/cases/**");
    await main(page).getByRole("heading", { level: 1, name: first }).waitFor();

    await keys.press("?");
    const sheet = page.getByRole("dialog", { name: "Keyboard shortcuts" });
    await sheet.getByText("Reply to the customer").waitFor();
    await sheet.getByText("Write an internal note").waitFor();
    await accessible(page, "the sheet of keys");
    await keys.press("Escape");
    await sheet.waitFor({ state: "hidden" });

    await keys.press("Control+k");
    await keys.type("internal note");
    await page.getByRole("option", { name: /Write an internal note/ }).waitFor();
    await keys.press("Enter");
    await keys.type("Asked the shop's bank for the slip.");
    await keys.push("Keep the internal note");
    const entries = page.locator(".desk-entry");
    await entries.filter({ hasText: "Asked the shop's bank" }).filter({ hasText: "Internal note" }).waitFor();

    await keys.press("r");
    await keys.type("We have asked the shop's bank, and write to you on Friday.");
    await keys.push("Send and stay here");
    await entries.filter({ hasText: "write to you on Friday" }).filter({ hasText: "Answer to the customer" }).waitFor();

    await keys.press("e");
    await page.waitForFunction(() => document.activeElement.name === "outcome");
    await keys.press("Space");
    await keys.fill("What the customer is told", "The bank of the shop gave the money back.");
    await keys.push("Resolve");
    await page.getByText("The case is resolved").waitFor();
    await page.locator("#panel").getByText("Resolved").waitFor();
  });

  test("an admin signs in, invites a colleague, puts a target in force and looks at the trail", async (t) => {
    const { page, keys } = await at(t);
    await page.goto("/admin");
    await signIn({ page, keys }, "admin");
    await page.waitForURL("**/admin");

    await keys.push(/^People/, { role: "link" });
    await page.waitForURL("**/admin/people");
    await keys.push("Invite a colleague", { role: "link" });
    await keys.fill("Name", "Kiran Rao");
    await keys.fill("E-mail address", "kiran.rao@bank.example");
    await keys.pick("Role", "Agent");
    await keys.choose("cards");
    await keys.push("Send the invitation");
    await page.getByText("The invitation was sent").waitFor();
    await main(page).getByRole("row", { name: /Kiran Rao/ }).waitFor();
    await screen(page, "admin-people");

    await keys.push(/^Policies/, { role: "link" });
    await page.waitForURL("**/admin/policies");
    await keys.push("Change targets, hours and queues", { role: "link" });
    await page.waitForURL("**/admin/policies/edit");
    await keys.fill("First response", "soon");
    await keys.press("Enter");
    const summary = page.getByRole("alert");
    await summary.getByText("There is a problem").waitFor();
    await keys.fill("First response", "3h");
    await keys.press("Enter");
    await page.getByText(/open cases would get other deadlines/).waitFor();
    await keys.fill("Why", "We answer sooner");
    await screen(page, "admin-policies");
    assert.ok(await page.getByLabel("Open cases get their new deadlines at once").isChecked());
    await keys.push("Put in force");
    await page.getByText("In force from now on, for open cases too").waitFor();
    await main(page).getByText("We answer sooner").waitFor();

    await keys.push(/^Audit/, { role: "link" });
    await page.waitForURL("**/admin/audit");
    await main(page).getByRole("row", { name: /Put policies in force/ }).first().waitFor();
    await keys.push("Check both chains");
    await main(page).getByText("The chain holds").first().waitFor();
  });

  test("a customer takes a token, and an agent opens a counter, calls and serves", async (t) => {
    const customer = await at(t, "customer");
    await customer.page.goto("/");
    await customer.keys.push("Get a service or a token", { role: "link" });
    await customer.keys.push(/Mumbai Airport/, { role: "link" });
    await customer.page.waitForURL(/\/token\?branch=/);
    const take = main(customer.page).getByRole("listitem").filter({ hasText: "Open or change an account" }).getByRole("button", { name: "Take a token" });
    await customer.keys.to(take);
    await customer.keys.press("Enter");
    const token = main(customer.page).locator("#token-number");
    const number = await token.innerText();

    const agent = await at(t, "agent");
    await agent.page.goto("/desk");
    await agent.keys.press("g");
    await agent.keys.press("c");
    await agent.page.waitForURL("**/counter");
    const seat = main(agent.page).getByRole("listitem").filter({ hasText: "Mumbai Airport" }).getByRole("link", { name: "Counter 3" });
    await agent.keys.to(seat);
    await agent.keys.press("Enter");
    await agent.keys.choose("Open or change an account");
    await agent.keys.push("Open this counter");
    await agent.page.getByText("The counter is open").waitFor();
    // Those who came before are called first; one of them does not come.
    const called = main(agent.page).locator("h2 .desk-token__number");
    for (let calls = 0; calls < 8; calls += 1) {
      await main(agent.page).getByRole("button", { name: "Call the next one" }).waitFor();
      await agent.keys.press("n");
      await called.waitFor();
      if ((await called.innerText()) === number) break;
      await agent.keys.press("f");
    }
    assert.equal(await called.innerText(), number);
    await screen(agent.page, "agent-counter");
    await customer.page.getByRole("status").filter({ hasText: "counter 3" }).first().waitFor();
    await agent.keys.press("r");
    await agent.page.getByText("Called again").waitFor();
    await agent.keys.fill("What the customer is told by mail", "Your new cheque book is ordered.");
    await agent.keys.push("Served");
    await main(agent.page).getByText("Nobody is at the counter.").waitFor();
    await customer.page.getByRole("link", { name: "Take another token" }).waitFor();
  });

  test("a customer and an agent chat", async (t) => {
    const agent = await at(t, "agent");
    await agent.page.goto("/desk");
    await agent.keys.press("g");
    await agent.keys.press("s");
    await agent.page.waitForURL("**/chats");
    await agent.keys.push("Take chats");
    await agent.page.getByText("Chats come to you while this page is open.").waitFor();

    const customer = await at(t, "customer");
    await customer.page.goto("/");
    await customer.keys.push(/^Chat$/, { role: "link" });
    await customer.keys.choose("Debit and credit cards");
    await customer.keys.fill("What would you like to know?", "Does my card work in Nepal?");
    await customer.keys.push("Begin");
    await customer.page.waitForURL("**/chat/*");
    // It comes to the agent who is there, by itself.
    const waiting = agent.page.getByRole("link", { name: "Does my card work in Nepal?" });
    await waiting.waitFor();
    await agent.keys.press("j");
    while (!(await waiting.evaluate((link) => link === document.activeElement))) await agent.keys.press("j");
    await agent.keys.press("o");
    await agent.page.waitForURL("**/chats/*");
    await agent.keys.fill("Your message", "It does. Shall I switch on payments abroad?");
    await agent.keys.press("Enter");
    await customer.page.getByRole("log").getByText("Shall I switch on").waitFor();
    await customer.keys.fill("Your message", "Yes please, for a week.");
    await customer.keys.press("Enter");
    await agent.page.getByRole("log").getByText("for a week").waitFor();
    await screen(agent.page, "agent-chat");
    await agent.keys.push("End the chat");
    await agent.keys.push("Yes, go on");
    await customer.page.getByText("The chat is over.").waitFor();
  });
});
