// A person without a pointer. The page itself reports any pointer, so that no helper can cheat.
import assert from "node:assert/strict";

const TABS_MAX = 150; // more than any page of ours has stops
const TYPE_DELAY = 1;

/** Works `page` by keys alone. Call `done` at the end: it fails if a pointer was used. */
export async function byKeys(page) {
  const pointers = [];
  await page.exposeBinding("pointerWasUsed", (_, what) => pointers.push(what));
  await page.context().addInitScript(() => {
    for (const kind of ["pointerdown", "mousedown", "touchstart"]) {
      addEventListener(kind, (event) => window.pointerWasUsed?.(`${kind} on ${event.target.tagName}`), true);
    }
  });

  const focused = () =>
    page.evaluate(() => {
      const element = document.activeElement;
      if (!element || element === document.body) return null;
      const box = element.getBoundingClientRect();
      return { tag: element.tagName, name: element.name, id: element.id, seen: box.width > 0 && box.height > 0 };
    });
  const at = (locator) => locator.evaluate((element) => element === document.activeElement);

  const keys = {
    press: (key) => page.keyboard.press(key),
    type: (text) => page.keyboard.type(text, { delay: TYPE_DELAY }),

    /** Tabs until `locator` has the focus, which must be visible at every stop. */
    async to(locator, { back = false } = {}) {
      await locator.first().waitFor();
      for (let tabs = 0; tabs < TABS_MAX; tabs += 1) {
        if (await at(locator.first())) return keys;
        await page.keyboard.press(back ? "Shift+Tab" : "Tab");
        const where = await focused();
        assert.ok(!where || where.seen, `the focus is on something that cannot be seen: ${JSON.stringify(where)}`);
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
        for (let tabs = 0; (await inside()) !== name && tabs < TABS_MAX; tabs += 1) await page.keyboard.press("Tab");
        for (let step = 0; step <= (await group.count()) && !(await at(wanted)); step += 1) await page.keyboard.press("ArrowDown");
        if (!(await wanted.isChecked())) await page.keyboard.press("Space");
      }
      assert.ok(await wanted.isChecked(), `${label} is chosen`);
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
