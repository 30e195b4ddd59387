// A demo desk of a test's own: a free port, a folder that goes away, and a process known by its id.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { totp } from "./totp.mjs";

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));
const READY_WITHIN = 60_000; // what the README promises after the build
const CODE_WITHIN = 45_000; // a code lasts 30 seconds
const STOP_WITHIN = 15_000;

/** Where the built program is. */
export function program() {
  const places = [process.env.CRDESK, join(ROOT, "target/debug/crdesk"), join(ROOT, "target/release/crdesk")];
  return places.find((path) => path && existsSync(path));
}

/** A reason to leave tests out that need the program, or false. */
export const withoutProgram = program() ? false : "crdesk is not built: cargo build -p crdesk --features web";

// How the demo calls the places where people begin.
const ROLES = { portal: "customer", customer: "customer", desk: "agent", agent: "agent", supervisor: "supervisor", admin: "admin" };

/** "desk  http://127.0.0.1:8080/desk  meera@bank.example  pass phrase", two spaces and more between. */
function people(text) {
  const found = {};
  for (const line of text.split("\n")) {
    const parts = line.trim().split(/\s{2,}|\t/);
    const role = ROLES[parts[0]?.toLowerCase()];
    const at = parts.findIndex((part) => /^\S+@\S+$/.test(part));
    if (at < 1 || !role || found[role]) continue;
    const [email, phrase, secret] = parts.slice(at);
    found[role] = { role, email, phrase, secret };
  }
  return found;
}

/** The second factor: of the secret that the demo printed, else as the demo's outbox shows it now. */
export async function secondFactor(page, person) {
  if (person.secret) return totp(person.secret);
  const answer = await page.request.get("/dev/outbox");
  const text = (await answer.text()).replace(/<[^>]*>/g, " ");
  const found = new RegExp(`${person.email.replace(/[.+]/g, "\\$&")}[^@]{0,200}?\\b(\\d{3} ?\\d{3})\\b`).exec(text);
  assert.ok(found, `/dev/outbox shows a code for ${person.email}`);
  return found[1];
}

export async function startDesk({ args = [], store, cases = 60, env = {} } = {}) {
  const folder = mkdtempSync(join(tmpdir(), "crdesk-browser-"));
  const at = store ?? join(folder, "desk.db");
  const asked = ["demo", "--listen", "127.0.0.1:0", "--store", at, "--cases", String(cases), ...args];
  const child = spawn(program(), asked, { cwd: folder, env: { ...process.env, NO_COLOR: "1", ...env }, stdio: ["ignore", "pipe", "pipe"] });
  let said = "";
  const desk = { folder, child, people: {}, said: () => said };
  const gone = new Promise((resolve) => child.once("exit", (code, signal) => resolve({ code, signal })));

  await new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error(`the desk was not ready in ${READY_WITHIN} ms:\n${said}`)), READY_WITHIN);
    const hear = (chunk) => {
      said += chunk;
      desk.base ??= /https?:\/\/(?:127\.0\.0\.1|localhost):\d+/.exec(said)?.[0];
      desk.people = people(said);
      if (desk.base && desk.people.customer && desk.people.agent && desk.people.admin) {
        clearTimeout(late);
        resolve();
      }
    };
    child.stdout.on("data", hear);
    child.stderr.on("data", hear);
    gone.then(({ code, signal }) => {
      clearTimeout(late);
      reject(new Error(`the desk ended with ${code ?? signal}:\n${said}`));
    });
  });

  desk.stop = async () => {
    child.kill("SIGTERM");
    const late = setTimeout(() => child.kill("SIGKILL"), STOP_WITHIN);
    const { code, signal } = await gone;
    clearTimeout(late);
    rmSync(folder, { recursive: true, force: true });
    assert.ok(code === 0 || signal === "SIGTERM", `the desk stops by itself, not with ${code ?? signal}`);
  };
  desk.kill = async () => {
    child.kill("SIGKILL");
    await gone;
  };
  return desk;
}

/** Signs in by the page, as a person would, with the second factor where one is asked for. */
export async function logIn(page, desk, role) {
  const person = desk.people[role];
  assert.ok(person, `the demo has a ${role}`);
  await page.goto("/log-in");
  await page.getByLabel(/e-mail/i).first().fill(person.email);
  await page.locator("input[type=password]").first().fill(person.phrase);
  await Promise.all([page.waitForNavigation(), page.locator("main form button[type=submit], main form button:not([type])").last().click()]);
  const code = page.locator("input[autocomplete=one-time-code]");
  for (let used, until = Date.now() + CODE_WITHIN; (await code.count()) && Date.now() < until; ) {
    const now = await secondFactor(page, person);
    if (now === used) {
      // A code works once: who signs in twice in half a minute waits for the next.
      await new Promise((resolve) => setTimeout(resolve, 500));
      continue;
    }
    used = now;
    await code.fill(now);
    await Promise.all([page.waitForNavigation(), page.locator("main form button[type=submit], main form button:not([type])").last().click()]);
  }
  assert.equal(await page.locator("details[data-menu]").count(), 1, `${role} is signed in, at ${page.url()}`);
  return page.context().storageState();
}
