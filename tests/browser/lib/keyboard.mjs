// A person without a pointer. The page itself reports any pointer, so that no helper can cheat.
import assert from "node:assert/strict";

const TABS_MAX = 150; // more than any page of ours has stops
const TYPE_DELAY = 1;

/** Runs in the page: whether one can see what has the focus (WCAG 2.2, 2.4.7 and 2.4.11). */
function focusLook() {
  const PROPERTIES = ["outline", "boxShadow", "backgroundColor", "borderColor", "color", "textDecoration", "opacity"];
  // A mark may be on the label of a field, or on the card that a link fills.
  const bearers = (element) => [element, ...(element.labels ?? []), element.parentElement, element.parentElement?.parentElement].filter(Boolean);
  const look = (element) =>
    bearers(element)
      .flatMap((one) => [null, "::before", "::after"].map((part) => getComputedStyle(one, part)))
      .map((style) => PROPERTIES.map((property) => style[property]).join())
      .join();
  const name = (element) => `${element.tagName} ${element.id || element.className || element.textContent.trim().slice(0, 40)}`;
  const stop = () => (document.activeElement === document.body ? null : document.activeElement);
  let kept;
  window.focusLook = {
    keep: () => (kept = stop() && { element: stop(), look: look(stop()) }),
    judge() {
      const before = kept?.element.isConnected && kept.element !== stop() && look(kept.element) === kept.look ? kept.element : null;
      if (before) return `${name(before)} looks the same with it and without`;
      const element = stop();
      if (!element) return undefined;
      const { left, top, width, height } = element.getBoundingClientRect();
      if (!width || !height) return `${name(element)} is nowhere`;
      const points = [[0.5, 0.5], [0.1, 0.1], [0.9, 0.1], [0.1, 0.9], [0.9, 0.9]];
      const shown = points.some(([x, y]) => {
        const found = document.elementFromPoint(left + x * width, top + y * height);
        return found && [element, ...(element.labels ?? [])].some((one) => one.contains(found));
      });
      return shown ? undefined : `${name(element)} is covered, or out of the window`;
    },
  };
}

/** Works `page` by keys alone. Call `done` at the end: it fails if a pointer was used. */
export async function byKeys(page) {
  const pointers = [];
  await page.exposeBinding("pointerWasUsed", (_, what) => pointers.push(what));
  await page.context().addInitScript(() => {
    for (const kind of ["pointerdown", "mousedown", "touchstart"]) {
      addEventListener(kind, (event) => window.pointerWasUsed?.(`${kind} on ${event.target.tagName}`), true);
    }
  });
  await page.context().addInitScript(focusLook);

  const at = (locator) => locator.evaluate((element) => element === document.activeElement);

  /** Presses Tab. What has the focus then is on the screen, and what had it before looked other than it does now. */
  async function tab(back) {
    await page.evaluate(() => window.focusLook?.keep());
    await page.keyboard.press(back ? "Shift+Tab" : "Tab");
    const wrong = await page.evaluate(() => window.focusLook?.judge());
    assert.ok(!wrong, `the focus cannot be seen, at ${page.url()}: ${wrong}`);
  }

  const keys = {
    /** Presses one key, once the page hears keys. */
    async press(key) {
      await page.waitForFunction(() => document.body?.classList.contains("js-enabled"));
      await page.keyboard.press(key);
    },
    type: (text) => page.keyboard.type(text, { delay: TYPE_DELAY }),

    /** Tabs until `locator` has the focus, which must be visible at every stop. */
    async to(locator, { back = false } = {}) {
      await locator.first().waitFor();
      for (let tabs = 0; tabs < TABS_MAX; tabs += 1) {
        if (await at(locator.first())) return keys;
        await tab(back);
      }
      assert.fail(`${locator} cannot be reached by Tab`);
    },

    /** Fills in the field of this label. */
    async fill(label, text) {
      await keys.to(page.getByLabel(label, { exact: true }));
      await page.keyboard.press("ControlOrMeta+a");
      await keys.type(text);
    },

    /** Chooses the radio button or ticks the box of this label: a group is one stop, and arrows move in it. */
    async choose(label) {
      const wanted = page.getByLabel(label, { exact: true }).first();
      const kind = await wanted.getAttribute("type");
      if (kind === "checkbox") {
        await keys.to(wanted);
        await page.keyboard.press("Space");
      } else {
        const group = page.locator(`input[type=radio][name="${await wanted.getAttribute("name")}"]`);
        const inside = () => page.evaluate(() => document.activeElement?.type === "radio" && document.activeElement.name);
        const name = await wanted.getAttribute("name");
        for (let tabs = 0; (await inside()) !== name && tabs < TABS_MAX; tabs += 1) await tab();
        for (let step = 0; step <= (await group.count()) && !(await at(wanted)); step += 1) await page.keyboard.press("ArrowDown");
        if (!(await wanted.isChecked())) await page.keyboard.press("Space");
      }
      assert.ok(await wanted.isChecked(), `${label} is chosen`);
    },

    /** Chooses from the list of this label by the first letters of what is wanted. */
    async pick(label, letters) {
      const list = page.getByLabel(label, { exact: true });
      await keys.to(list);
      await keys.type(letters);
      const chosen = await list.evaluate((element) => element.selectedOptions[0]?.label);
      assert.ok(chosen.startsWith(letters), `${label}: ${letters} is chosen, not ${chosen}`);
    },

    /** Goes to the button or link of this name, and presses it. */
    async push(name, { role = "button" } = {}) {
      await keys.to(page.getByRole(role, { name }));
      await page.keyboard.press("Enter");
    },

    done() {
      assert.deepEqual(pointers, [], "no pointer was used");
    },
  };
  return keys;
}
