// Pages that no link leads to: what comes after a form that was sent, and what a page shows only while something
// is going on. Each in every look, and in Hindi once more: it is set in other letters, of other lengths.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { fits, lookedAt, openBrowser, visitor } from "./lib/browser.mjs";
import { logIn, startDesk, withoutProgram } from "./lib/desk.mjs";
import { startSink } from "./lib/sink.mjs";
import { totp } from "./lib/totp.mjs";

const BRANCH = "mumbai-airport"; // open day and night
const COUNTER = `/counter/${BRANCH}/3`;
const PAYMENT = "UPI408871523901"; // in the demo's ledger
const HINDI_LOOK = [{ scheme: "light", width: 1280 }];
const NARROW = { width: 320, height: 900 };
const PICTURE = Buffer.from("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNk+A8AAQUBAScY42YAAAAASUVORK5CYII=", "base64");

// By names and not by labels: the same way leads there in every language.
const main = (page) => page.locator("main");
const field = (page, name) => main(page).locator(`[name="${name}"]`).first();
const formOf = (page, name) => main(page).locator(`form:has([name="${name}"])`).first();

async function fill(page, values) {
  for (const [name, value] of Object.entries(values)) await field(page, name).fill(value);
}

/** Sends the form that has this field, once what `values` says was typed. */
async function send(page, name, values = {}) {
  await fill(page, values);
  await formOf(page, name).locator("button:not([type=button])").first().click();
}

/** Opens everything on the page that can be folded: what is folded away is not looked at. */
async function unfold(page) {
  await main(page).locator("details").first().waitFor();
  await page.evaluate(() => {
    for (const details of document.querySelectorAll("main details")) {
      // One of those with a name would close the others.
      details.removeAttribute("name");
      details.open = true;
    }
  });
}

const errors = (page) => page.locator(".govuk-error-summary").waitFor();

describe("pages that no link leads to", { skip: withoutProgram }, () => {
  let browser;
  let desk;
  let sink;
  // Who is signed in, by language and role.
  const states = { en: {}, hi: {} };
  let nth = 0;
  /** Words, or a name for an address, that nobody has used before. */
  const fresh = (words) => `${words}${(nth += 1)}`;

  before(async () => {
    browser = await openBrowser();
    sink = await startSink();
    desk = await startDesk({ env: { ...sink.env, CRDESK_LIMITS__BURST: "100000" } });
    for (const role of [undefined, "customer", "agent", "admin"]) {
      const page = await visitor(browser, { base: desk.base });
      await keep(role, role ? await logIn(page, desk, role) : undefined);
      await page.context().close();
    }
  });
  after(async () => {
    await browser?.close();
    await desk?.stop();
    await sink?.stop();
  });

  async function resetPath(page, email) {
    await page.goto("/forgot");
    await send(page, "email", { email });
    await page.waitForURL("**/forgot/sent");
    const mail = await sink.mail(email, /\/reset\//);
    return /(\/reset\/[^\s"<]+)/.exec(mail.text)[1];
  }

  /** Keeps who is signed in as `role`, and the same in Hindi. */
  async function keep(role, state) {
    states.en[role] = state;
    const page = await visitor(browser, { base: desk.base, state });
    await page.goto("/");
    await page.locator("button[name=language][value=hi]").click();
    await page.locator("html[lang=hi]").waitFor();
    states.hi[role] = await page.context().storageState();
    await page.context().close();
  }

  async function at(t, role, language = "en") {
    const page = await visitor(browser, { base: desk.base, state: states[language][role] });
    page.setDefaultTimeout(15_000);
    t.after(() => page.context().close());
    return page;
  }

  /** Goes as `role` to where `reach` leads, and looks at it; `reach` is an address, or what one does to get there. */
  async function seen(t, role, what, reach) {
    const go = async (language) => {
      const page = await at(t, role, language);
      if (typeof reach === "string") assert.equal((await page.goto(reach)).status(), 200, what);
      else await reach(page);
      assert.equal(await page.getAttribute("html", "lang"), language);
      return page;
    };
    const page = await go("en");
    const hindi = async () => {
      const other = await go("hi");
      await lookedAt(other, `${what}, in Hindi`, HINDI_LOOK);
      await other.setViewportSize(NARROW);
      await fits(other, `${what}, in Hindi, narrow`);
    };
    await Promise.all([lookedAt(page, what), hindi()]);
    return page;
  }

  /** Fills in what is asked of a complaint about a card. */
  async function complain(page) {
    await page.goto("/raise/complain/cards");
    await send(page, "subject", { subject: "Charged twice at the chemist", text: "Two charges of Rs 640 on Monday.", amount: "640" });
    await page.waitForURL("**/check");
  }

  let raised;
  test("raising something: what is wrong with it, the answers to check, the reference", async (t) => {
    await seen(t, "customer", "a form with errors", async (page) => {
      await page.goto("/raise/complain/cards");
      await send(page, "subject", { subject: "", text: "", amount: "much" });
      await errors(page);
    });
    await seen(t, "customer", "the answers to check", (page) => complain(page));
    const page = await at(t, "customer");
    await complain(page);
    await field(page, "files").setInputFiles({ name: "slip.png", mimeType: "image/png", buffer: PICTURE });
    await main(page).locator("[data-files-list] li").waitFor();
    await lookedAt(page, "a file that is chosen");
    await send(page, "files");
    await page.waitForURL("**/received");
    raised = /\/cases\/([^/]+)\/received/.exec(page.url())[1];
    await seen(t, "customer", "the reference", `/cases/${raised}/received`);
  });

  test("a case with a file and a reply, and its rating", async (t) => {
    const lead = await at(t, "admin");
    await lead.goto(`/desk/cases/${raised}`);
    await field(lead, "answer").fill("We have asked the chemist's bank.");
    await main(lead).locator("button[name=then][value=stay]").click();
    await lead.locator(".desk-entry--answer").waitFor();
    await seen(t, "customer", "a customer's case with a file and a reply", async (page) => {
      await page.goto(`/cases/${raised}`);
      await page.locator(".desk-entry--answer").waitFor();
      await page.locator(".desk-attached__file").waitFor();
    });
    await seen(t, "admin", "all that can be done to a case", async (page) => {
      await page.goto(`/desk/cases/${raised}`);
      await unfold(page);
    });
    await lead.reload();
    await lead.locator("details:has(input[name=outcome]) > summary").click();
    await lead.locator("input[name=outcome][value=upheld]").check();
    await send(lead, "outcome", { resolution: "The second charge is taken back today." });
    await lead.locator("main details:has(textarea[name=reopening])").waitFor();
    await seen(t, "customer", "a case that is solved", `/cases/${raised}`);
    await seen(t, "customer", "the rating", `/cases/${raised}/rate`);
    await seen(t, "customer", "the rating with an error", async (page) => {
      await page.goto(`/cases/${raised}/rate`);
      await send(page, "score");
      await errors(page);
    });
  });

  test("payments, before and after one was looked up", async (t) => {
    await seen(t, "customer", "payments", "/transactions");
    await seen(t, "customer", "a payment", async (page) => {
      await page.goto("/transactions");
      await send(page, "reference", { reference: PAYMENT });
      await page.waitForURL(`**/transactions?reference=${PAYMENT}`);
      await main(page).locator("dl").waitFor();
    });
    const page = await at(t, "customer");
    await page.goto("/transactions?reference=UPI000000000000");
    await main(page).locator(".govuk-inset-text").waitFor();
    await lookedAt(page, "a payment that is not there");
  });

  test("logging in: an error, the second factor, its error", async (t) => {
    await seen(t, undefined, "a log-in with an error", async (page) => {
      await page.goto("/log-in");
      await send(page, "password", { email: fresh("stranger") + "@example.test", password: "not the pass phrase" });
      await errors(page);
    });
    const { email, phrase } = desk.people.agent;
    const page = await seen(t, undefined, "the second factor", async (page) => {
      await page.goto("/log-in");
      await send(page, "password", { email, password: phrase });
      await page.waitForURL("**/log-in/factor*");
    });
    await send(page, "code", { code: "no code" });
    await errors(page);
    await lookedAt(page, "the second factor with an error");
    await page.goto("/log-in/factor?by=recovery");
    await lookedAt(page, "a recovery code");
  });

  test("registering: errors, and the code that is mailed", async (t) => {
    await seen(t, undefined, "a registration with errors", async (page) => {
      await page.goto("/register");
      await send(page, "password", { name: "", email: "nilima", password: "short" });
      await errors(page);
    });
    const page = await seen(t, undefined, "the code that is mailed", async (page) => {
      await page.goto("/register");
      await send(page, "password", { name: "Nilima Roy", email: fresh("nilima") + "@example.test", password: "seven kites above the harbour" });
      await page.waitForURL("**/register/code*");
    });
    await send(page, "code", { code: "000 00" });
    await errors(page);
    await lookedAt(page, "a mailed code with an error");
  });

  test("a forgotten password: the link is sent, where it leads, and when it leads nowhere", async (t) => {
    const page = await at(t);
    const path = await resetPath(page, "vikram@example.test");
    await lookedAt(page, "the link is sent");
    await seen(t, undefined, "another password", path);
    await seen(t, undefined, "a link that leads nowhere", async (page) => {
      assert.equal((await page.goto(`${path.slice(0, -4)}AAAA`)).status(), 410);
    });
  });

  test("following a case by a mailed link", async (t) => {
    const { email } = desk.people.customer;
    const page = await at(t);
    await page.goto("/track");
    await send(page, "reference", { reference: raised, email });
    await page.waitForURL("**/track/sent");
    await lookedAt(page, "the link is sent");
    const mail = await sink.mail(email, /\/track\//);
    const path = /(\/track\/[^\s"<]+)/.exec(mail.text)[1];
    await seen(t, undefined, "a case by its link", path);
  });

  test("a case that is somebody else's", async (t) => {
    const theirs = await at(t, "agent");
    await theirs.goto("/desk");
    const row = theirs.locator(".desk-rowcase", { hasNotText: "Asha Rao" }).first();
    const href = await row.locator(".desk-rowcase__subject").getAttribute("href");
    const reference = /\/desk\/cases\/([^?]+)/.exec(href)[1];
    await seen(t, "customer", "what is not there", async (page) => {
      assert.equal((await page.goto(`/cases/${reference}`)).status(), 404);
    });
  });

  test("a chat, as both see it, until it is over", async (t) => {
    const agent = await at(t, "agent");
    await agent.goto("/chats");
    await send(agent, "take");
    await main(agent).locator("form:has(button):not(:has([name=take]))[action='/chats/take']").waitFor();
    const customer = await at(t, "customer");
    await customer.goto("/chat");
    await main(customer).locator("[name=service][value=cards]").check();
    await send(customer, "service", { text: "Does my card work in Nepal?" });
    await customer.waitForURL("**/chat/*");
    const place = new URL(customer.url()).pathname;
    // It comes to the agent who is there, by itself.
    await main(agent).getByRole("link", { name: "Does my card work in Nepal?" }).click();
    await agent.waitForURL("**/chats/*");
    for (const [page, words, other] of [[agent, "It does. Shall I switch on payments abroad?", customer], [customer, "Yes please, for a week.", agent]]) {
      await send(page, "text", { text: words });
      await other.locator(".desk-chat__message", { hasText: words }).waitFor();
    }
    for (const [role, path] of [["customer", place], ["agent", new URL(agent.url()).pathname]]) {
      await seen(t, role, `a chat as the ${role} sees it`, async (page) => {
        await page.goto(path);
        await page.locator(".desk-chat__message").nth(2).waitFor();
      });
    }
    await main(agent).locator("form[action$='/end'] button").click();
    await agent.locator("dialog#ask[open]").waitFor();
    await lookedAt(agent, "whether to end it");
    await agent.locator("[data-ask-yes]").click();
    await seen(t, "customer", "a chat that is over", async (page) => {
      await page.goto(place);
      await main(page).locator(`a[href^="/cases/"]`).waitFor();
    });
  });

  test("a token that waits and is called, and the counter that calls it", async (t) => {
    const customer = await at(t, "customer");
    await customer.goto(`/token?branch=${BRANCH}`);
    await main(customer).locator("form:has([name=service][value=account-services]) button").click();
    await customer.waitForURL("**/token/*");
    const place = new URL(customer.url()).pathname;
    const number = await customer.locator("#token-number").innerText();
    await seen(t, "customer", "a token that waits", async (page) => {
      await page.goto(place);
      await page.locator(".desk-token--waiting").waitFor();
    });

    const agent = await at(t, "agent");
    await agent.goto(COUNTER);
    await main(agent).locator("[name=services][value=account-services]").check();
    await send(agent, "services");
    // A number for somebody who stands there: a slip to take along.
    await main(agent).locator("select[name=service]").selectOption("account-services");
    await send(agent, "service");
    await agent.waitForURL("**?given=*");
    await lookedAt(agent, "a number that is given");
    const slip = await main(agent).locator(`a[href*="/slip/"]`).getAttribute("href");
    await seen(t, undefined, "the slip", new URL(slip, desk.base).pathname);
    const called = main(agent).locator("h2 .desk-token__number");
    await main(agent).locator("form[action$='/next'] button").click();
    await called.waitFor();
    // Whoever came before is put aside.
    for (let calls = 0; (await called.innerText()) !== number; calls += 1) {
      assert.ok(calls < 8, `${number} is called`);
      await main(agent).locator("form[action$='/hold'] button").click();
      await main(agent).locator("form[action$='/next'] button").click();
      await called.waitFor();
    }
    await main(agent).locator("form[action$='/held']").first().waitFor();
    await seen(t, "customer", "a token that is called", async (page) => {
      await page.goto(place);
      await page.locator(".desk-token--called").waitFor();
    });
    await seen(t, "agent", "a counter with somebody at it and somebody put aside", COUNTER);
  });

  test("a case at the desk: what opens over it, and a reply to what has changed meanwhile", async (t) => {
    const list = await at(t, "customer");
    await list.goto("/cases");
    const theirs = await main(list).getByRole("link", { name: /petrol pump/ }).getAttribute("href");
    const path = `/desk${theirs}`;
    await seen(t, "agent", "find or do", async (page) => {
      await page.goto(path);
      await page.waitForFunction(() => document.body.classList.contains("js-enabled"));
      await page.keyboard.press("Control+k");
      await page.locator("#palette-query").fill("a");
      await page.locator("#palette-found [role=option]").nth(5).waitFor();
    });
    await seen(t, "agent", "the menu", async (page) => {
      await page.goto(path);
      await page.locator("details[data-menu] > summary").click();
    });

    const agent = await at(t, "agent");
    await agent.goto(path);
    await fill(agent, { answer: "We close this now." });
    await list.goto(theirs);
    await send(list, "text", { text: "One more thing: my address is new." });
    await agent.locator("#thread").getByText("my address is new").waitFor();
    await formOf(agent, "answer").locator("[data-stale]").waitFor();
    await lookedAt(agent, "a reply that is held back");

    await seen(t, "agent", "a reply that is refused, with what is new", async (page) => {
      await page.goto(path);
      await fill(page, { answer: "We close this now." });
      const words = fresh("I have moved, house number ");
      await list.goto(theirs);
      await send(list, "text", { text: words });
      await page.locator("#thread").getByText(words).waitFor();
      // Past the script, which would hold it back.
      await formOf(page, "answer").evaluate((form) => form.submit());
      await page.locator(".desk-stale[role=alert]").waitFor();
      await page.locator(".desk-entry--fresh", { hasText: words }).waitFor();
    });
  });

  test("a change of the rules: what is wrong with it, and what it would do", async (t) => {
    const change = async (page, to) => {
      await page.goto("/admin/policies/edit");
      const target = main(page).locator("input[name^=target-0-]").first();
      await target.fill(to(await target.inputValue()));
      await send(page, await target.getAttribute("name"));
    };
    await seen(t, "admin", "rules with an error", async (page) => {
      await change(page, () => "soon");
      await errors(page);
    });
    await seen(t, "admin", "what a change of the rules would do", async (page) => {
      await change(page, (within) => within.replace(/\d+/, (count) => Number(count) + 1));
      await page.locator("#counted").waitFor();
      await unfold(page);
    });
  });

  test("somebody of the staff who is signed in, and somebody who is invited", async (t) => {
    const admin = await at(t, "admin");
    await admin.goto("/admin/people");
    const signedIn = await main(admin).getByRole("link", { name: "Ravi Menon" }).getAttribute("href");
    await seen(t, "admin", "somebody who is signed in", signedIn);
    await admin.goto("/admin/people/invite");
    const email = "tara@bank.example";
    await send(admin, "role", { name: "Tara Sen", email });
    await admin.waitForURL("**/admin/people");
    const mail = await sink.mail(email, /\/invitation\//);
    await seen(t, undefined, "an invitation", /(\/invitation\/[^\s"<]+)/.exec(mail.text)[1]);
  });

  test("a supervisor who comes for the first time, as far as the pages that they begin with", async (t) => {
    const page = await at(t);
    await page.goto(await resetPath(page, "lakshmi@bank.example"));
    await send(page, "password", { password: "nine lanterns over the bridge" });
    await page.waitForURL("**/log-in/set-up*");
    await lookedAt(page, "an app that is set up");
    const secret = await main(page).locator("[data-copy]").first().getAttribute("data-copy");
    await send(page, "code", { code: totp(secret) });
    await page.locator("#recovery-codes").waitFor();
    await lookedAt(page, "the codes for when it is lost");
    await keep("supervisor", await page.context().storageState());
    for (const path of ["/admin", "/desk", "/admin/people"]) await seen(t, "supervisor", path, path);
  });
});
