// Debian's Chromium, driven by playwright-core; and what every page must pass.
import assert from "node:assert/strict";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

const CHROMIUM = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const SCREENS = fileURLToPath(new URL("../../../crcore/docs/screens/", import.meta.url));

/** Both schemes, on a small telephone and on a desk. */
export const LOOKS = ["light", "dark"].flatMap((scheme) => [320, 1280].map((width) => ({ scheme, width })));

export async function openBrowser() {
  const executablePath = process.env.CHROMIUM ?? CHROMIUM.find((path) => existsSync(path));
  assert.ok(executablePath, `Chromium is needed (apt install chromium); looked for ${CHROMIUM.join(", ")}`);
  // As root, and in a container, Chromium has no sandbox of its own.
  return chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-dev-shm-usage"] });
}

/**
 * Somebody at a browser of their own, with no cookies but those given. What the page complains of (an
 * error in a script, something that its policy forbids) is in `complaints`.
 */
export async function visitor(browser, { base, scheme = "light", width = 1280, height = 900, language = "en", script = true, state } = {}) {
  const context = await browser.newContext({
    baseURL: base,
    colorScheme: scheme,
    javaScriptEnabled: script,
    locale: language,
    permissions: ["clipboard-read", "clipboard-write"],
    reducedMotion: "reduce",
    storageState: state,
    viewport: { width, height },
  });
  const page = await context.newPage();
  const complaints = [];
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("console", (message) => {
    const text = message.text();
    // An answer that is an error, or none, is the test's own business; a policy that is broken is ours.
    if (message.type() === "error" && !/Failed to (load resource|fetch)|net::ERR_/.test(text)) complaints.push(text);
  });
  return Object.assign(page, { complaints });
}

/** Axe, all rules: no finding at all. */
export async function accessible(page, what = page.url()) {
  // By the debugger's own way in, so that the page's policy stays in force for the page.
  if (!(await page.evaluate(() => "axe" in window))) await page.evaluate(AXE);
  const { violations } = await page.evaluate(() => window.axe.run(document, { resultTypes: ["violations"] }));
  const found = violations.flatMap((rule) =>
    rule.nodes.map((node) => `${rule.id} (${rule.impact}) at ${node.target.join(" ")}: ${node.failureSummary.replace(/\s+/g, " ")}`),
  );
  assert.deepEqual(found, [], `${what} is accessible`);
}

/** Nothing sticks out sideways: WCAG 2.2, 1.4.10. */
export async function fits(page, what = page.url()) {
  const out = await page.evaluate(() => {
    const width = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= width) return [];
    const wide = [...document.querySelectorAll("body *")].filter((element) => element.getBoundingClientRect().right > width + 1);
    return wide.slice(0, 5).map((element) => `${element.tagName}.${element.className}`);
  });
  assert.deepEqual(out, [], `${what} fits its window`);
}

/** What `page` shows now is accessible and fits its window in each of these looks, and breaks nothing. */
export async function lookedAt(page, what, looks = LOOKS) {
  for (const { scheme, width } of looks) {
    await page.emulateMedia({ colorScheme: scheme });
    await page.setViewportSize({ width, height: 900 });
    const look = `${what} in ${scheme}, ${width} wide`;
    await accessible(page, look);
    await fits(page, look);
  }
  assert.deepEqual(page.complaints, [], `${what} complains`);
}

/** Looks at one address in every look, as whoever `state` is. */
export async function everyLook(browser, base, path, { state, language, before = async () => {} } = {}) {
  const page = await visitor(browser, { base, state, language });
  try {
    const answer = await page.goto(path);
    assert.ok(answer.status() < 400, `${path} answers ${answer.status()}`);
    await before(page);
    await lookedAt(page, path);
  } finally {
    await page.context().close();
  }
}

/** A picture for the guides, taken only when CRCORE_SCREENS=1. */
export async function screen(page, name, options = {}) {
  if (process.env.CRCORE_SCREENS !== "1") return;
  mkdirSync(SCREENS, { recursive: true });
  await page.evaluate(() => scrollTo({ top: 0, behavior: "instant" }));
  await page.screenshot({ path: `${SCREENS}${name}.png`, animations: "disabled", ...options });
}
