// What the two replaced systems were accepted by, under their own numbers: S0 is the bank's web CRM, S3 the
// customer-care registry with its user stories (USN) and functional requirements (FR).
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { openBrowser, screen, visitor } from "./lib/browser.mjs";
import { logIn, startDesk, withoutProgram } from "./lib/desk.mjs";
import { startSink } from "./lib/sink.mjs";

const main = (page) => page.locator("main");
const press = (page, name) => main(page).getByRole("button", { name }).first().click();

describe("acceptance", { skip: withoutProgram }, () => {
  let browser;
  let desk;
  let sink;
  const states = {};

  before(async () => {
    browser = await openBrowser();
    sink = await startSink();
    desk = await startDesk({ env: { ...sink.env, CRDESK_LIMITS__BURST: "100000" } });
    for (const role of ["customer", "agent", "admin"]) {
      const page = await visitor(browser, { base: desk.base });
      states[role] = await logIn(page, desk, role);
      states[`${role}At`] = new URL(page.url()).pathname;
      await page.context().close();
    }
  });
  after(async () => {
    await browser?.close();
    await desk?.stop();
    await sink?.stop();
  });

  async function as(role) {
    const page = await visitor(browser, { base: desk.base, state: states[role] });
    page.setDefaultTimeout(15_000);
    return page;
  }

  /** Presses a form's last button; where something came in meanwhile, reads it first, as a person would. */
  async function sent(page, form) {
    for (let tries = 0; tries < 10; tries += 1) {
      const read = form.getByRole("button", { name: "I have read it" });
      if (await read.isVisible()) await read.click();
      const answered = page.waitForResponse((answer) => answer.request().method() === "POST" && answer.request().isNavigationRequest(), { timeout: 2_000 });
      await form.locator("button").last().click();
      if (await answered.then(() => true, () => false)) return page.waitForLoadState("load");
    }
    assert.fail("the form is not sent");
  }

  /** Raises something as whoever `page` is, and says its reference. */
  async function raise(page, door, service, subject, text) {
    await page.goto(`/raise/${door}/${service}`);
    await page.getByLabel("In a few words").fill(subject);
    await page.getByLabel("What is it about, and what should we do?").fill(text);
    await press(page, "Continue");
    await page.waitForURL("**/check");
    await press(page, "Send");
    await page.waitForURL("**/received");
    return /\/cases\/([^/]+)\/received/.exec(page.url())[1];
  }

  test("S0-1 the admin lands on the admin dashboard", () => assert.equal(states.adminAt, "/admin"));

  test("S0-2 the dashboard shows users and statistics", async () => {
    const page = await as("admin");
    await page.goto("/admin");
    const text = await main(page).innerText();
    assert.match(text, /customers?/i);
    assert.match(text, /sessions?/i);
    assert.match(text, /\b40\b/, "as many customers as the demo has");
    await screen(page, "admin-overview");
  });

  test("S0-3 complaints are reported with their status", async () => {
    const page = await as("admin");
    await page.goto("/admin/reports/complaints");
    const text = await main(page).innerText();
    for (const status of ["Open", "Resolved", "Closed"]) assert.match(text, new RegExp(status, "i"), status);
    await screen(page, "admin-complaints");
  });

  test("S0-4 a service is had from the pane on the home page, with a token", async () => {
    const page = await as("customer");
    await page.goto("/");
    await main(page).getByRole("link", { name: "Get a service or a token" }).click();
    await main(page).getByRole("link", { name: /Airport/ }).first().click();
    await main(page).getByRole("button", { name: /token/i }).first().click();
    await page.waitForURL("**/token/*");
    assert.match(await main(page).innerText(), /[A-D]\d{3}/);
    await screen(page, "customer-token");
  });

  test("S0-5a a question is answered in a chat", async () => {
    const agent = await as("agent");
    await agent.goto("/chats");
    await press(agent, "Take chats");
    await agent.getByText("Chats come to you while this page is open.").waitFor();
    const customer = await as("customer");
    await customer.goto("/chat");
    await customer.locator("main input[type=radio], main select").first().waitFor();
    if (await customer.locator("main select").count()) await customer.locator("main select").first().selectOption("cards");
    else await customer.locator("main input[type=radio][value=cards]").check();
    await customer.getByLabel("What would you like to know?").fill("Is my card blocked?");
    await press(customer, "Begin");
    await customer.waitForURL("**/chat/*");
    // It comes to the agent who is there, by itself.
    await main(agent).getByRole("link", { name: "Is my card blocked?" }).click();
    await agent.waitForURL("**/chats/*");
    await agent.getByLabel("Your message").fill("No, it is open.");
    await sent(agent, main(agent).locator("form:has(textarea[name=text])").first());
    await main(agent).getByText("No, it is open.").first().waitFor();
    await main(customer).getByText("No, it is open.").first().waitFor();
    await screen(customer, "customer-chat");
  });

  test("S0-5b a question is answered by mail", async () => {
    const customer = await as("customer");
    const reference = await raise(customer, "ask", "savings", "Interest of last quarter", "Where do I see it?");
    const agent = await as("admin");
    await agent.goto(`/desk/cases/${reference}`);
    await agent.locator("textarea[name=answer]").fill("On the statement of the first of the month.");
    await agent.getByRole("button", { name: "Send and stay here" }).click();
    await agent.locator(".desk-entry").getByText("On the statement of the first").waitFor();
    await sink.mail(desk.people.customer.email, /On the statement of the first of the month/);
  });

  test("USN-1, USN-2, FR1, FR2 somebody registers by form and confirms the address by a mailed code", async () => {
    const page = await visitor(browser, { base: desk.base });
    await page.goto("/register");
    await page.getByLabel("Your name").fill("Nilima Roy");
    await page.getByLabel("E-mail address").fill("nilima@example.test");
    await page.locator("input[type=password]").first().fill("seven kites above the harbour");
    await main(page).getByRole("button", { name: "Go on" }).click();
    await page.waitForURL("**/register/code*");
    const mail = await sink.mail("nilima@example.test", /\b\d{3} ?\d{3}\b/);
    const code = /\b(\d{3} ?\d{3})\b/.exec(mail.text)[1];
    await page.locator("input[autocomplete=one-time-code]").fill(code === "000000" ? "111111" : "000000");
    await main(page).locator("form button").first().click();
    await page.getByText(/code is not right/).first().waitFor();
    await page.locator("input[autocomplete=one-time-code]").fill(code);
    await main(page).locator("form button").first().click();
    await page.locator("details[data-menu]").waitFor();
    await page.context().close();
  });

  test("USN-5, FR6 who has an account logs in, and tracks their case", async () => {
    assert.ok(states.customer.cookies.some((cookie) => /session/.test(cookie.name)));
    const page = await as("customer");
    await page.goto("/cases");
    await main(page).getByRole("link", { name: /petrol pump/ }).click();
    assert.match(await main(page).innerText(), /Waiting for your answer|We need something from you/);
    await screen(page, "customer-case");
  });

  test("FR2 a forgotten password is set anew by a mailed link, by customers and by agents", async () => {
    for (const [email, name] of [["vikram@example.test", "customer"], ["arjun@bank.example", "agent"]]) {
      const page = await visitor(browser, { base: desk.base });
      await page.goto("/forgot");
      await page.getByLabel("E-mail address").fill(email);
      await press(page, "Send the link");
      const mail = await sink.mail(email, /\/reset\//);
      const path = /https?:\/\/[^/\s]+(\/reset\/[^\s"<]+)/.exec(mail.text)[1];
      await page.goto(path);
      await page.locator("input[type=password]").first().fill(`nine lanterns over the ${name} bridge`);
      await press(page, "Keep the new password");
      await page.waitForURL((url) => !url.pathname.startsWith("/reset"));
      await page.context().close();
    }
  });

  test("FR3, FR4, FR5, FR7, FR8 a problem is described, given to an agent, looked into, solved with word by mail, and rated", async () => {
    const customer = await as("customer");
    const reference = await raise(customer, "complain", "cards", "Charged twice at the chemist", "Two charges of Rs 640 on Monday.");
    await screen(customer, "customer-received");
    const lead = await as("admin");
    await lead.goto(`/desk/cases/${reference}`);
    const shown = await main(lead).innerText();
    assert.match(shown, /Charged twice at the chemist/);
    await lead.goto(`/desk/cases/${reference}/why`);
    const chosen = await lead.locator("tr:has(.govuk-tag) th").last().innerText();
    assert.match(chosen, /^[A-Z]\S+ [A-Z]/, "it says who was chosen among those who were considered");
    await lead.goto(`/desk/cases/${reference}`);
    await main(lead).getByText(chosen).first().waitFor();
    await lead.locator("details:has(input[name=outcome]) > summary").click();
    await lead.locator("input[name=outcome][value=upheld]").check();
    await lead.locator("textarea[name=resolution]").fill("The second charge is taken back today.");
    await screen(lead, "agent-case");
    await sent(lead, lead.locator("form:has(input[name=outcome])").first());
    await sink.mail(desk.people.customer.email, /second charge is taken back today/);
    await customer.goto(`/cases/${reference}/rate`);
    await customer.locator("input[name=score][value='5']").check();
    await press(customer, "Send");
    await customer.getByText("You gave us 5 of 5.").waitFor();
  });
});
