// The look-up by keyboard alone: every stop is seen, nothing needs a mouse, and the quick keys do what the help says.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";

import { launch } from "./browser.mjs";
import { practice } from "./practice.mjs";
import { visit } from "./visitor.mjs";

const STOPS_MAX = 60;
/** How long a page is given to do what it must not do. */
const SETTLE_MILLISECONDS = 250;
/** How much of the page around a control its focus may change, in pixels. */
const HALO_PIXELS = 6;

describe("by keyboard alone", () => {
  let directory, browser, jane, kelly, page;

  before(async () => {
    [directory, browser] = await Promise.all([practice(), launch()]);
    kelly = directory.children.Kelly;
    jane = await visit(browser, directory);
    await jane.context.grantPermissions(["clipboard-read", "clipboard-write"]);
    page = jane.page;
  });

  after(async () => {
    await browser?.close();
    await directory?.end();
  });

  test("signing in", async () => {
    await jane.go("/");
    await tabTo("#user_name");
    await page.keyboard.type("jane");
    await tabTo("#password");
    await page.keyboard.type(directory.password);
    await tabTo("#pin");
    await page.keyboard.type(directory.pin);
    await tabTo("#security_code");
    await page.keyboard.type(await directory.code("jane"));
    await jane.onward(() => page.keyboard.press("Enter"));
    await jane.sees("Signed in as Jane Okafor");
  });

  test("searching: the first box has the focus, a number key gives the reason, Enter searches", async () => {
    await jane.go("/search");
    await page.locator("#family_name:focus").waitFor();
    await page.keyboard.type(kelly.family);
    await page.keyboard.press("Tab");
    await page.keyboard.type(kelly.given);
    await page.keyboard.press("Tab");
    await page.keyboard.type(kelly.born);
    await tabTo("input[name=reason]");
    await page.keyboard.press("2");
    assert.ok(await isAt("#reason-2"));
    assert.ok(await page.locator("#reason-2").isChecked());
    await page.keyboard.press("1");
    await jane.onward(() => page.keyboard.press("Enter"));
    await jane.sees("Search results", "Kelly Marsh");
  });

  test("Enter held down does not answer the question of the next page", async () => {
    await page.keyboard.down("Enter");
    await tabTo("a[href$='/reason']");
    const results = page.url();
    await page.keyboard.down("Enter");
    await pause(SETTLE_MILLISECONDS);
    assert.equal(page.url(), results, "the key is still down from the page before");
    await page.keyboard.up("Enter");
  });

  test("a whole date pasted into one box fills all three", async () => {
    const other = await jane.context.newPage();
    await other.goto("/search");
    await other.evaluate(() => navigator.clipboard.writeText("14/5/2011"));
    await other.locator("#date_of_birth_day").focus();
    await other.keyboard.press("ControlOrMeta+V");
    const values = await other.locator("[data-date] input").evaluateAll((boxes) => boxes.map((box) => box.value));
    assert.deepEqual(values, ["14", "5", "2011"]);
    await other.close();
  });

  test("a number typed into a box chooses no reason", async () => {
    const other = await jane.context.newPage();
    await other.goto("/search");
    await other.locator("#family_name:focus").waitFor();
    await other.keyboard.type("1");
    assert.equal(await other.locator("input[name=reason]:checked").count(), 0);
    assert.equal(await other.locator("#family_name").inputValue(), "1");
    await other.close();
  });

  test("opening the record and reading it", async () => {
    await tabTo("a[href$='/reason']");
    await jane.onward(() => page.keyboard.press("Enter"));
    const confirm = page.getByRole("button", { name: "Yes, open the record" });
    assert.ok(await confirm.evaluate((button) => button === document.activeElement), "Enter alone is enough");
    const said = await confirm.evaluate((button) =>
      button.getAttribute("aria-describedby").split(" ").map((id) => document.getElementById(id).textContent).join(", "));
    assert.match(said, /Kelly Marsh, .*Find who else is working with the child/u);
    await page.keyboard.press("2");
    assert.equal(await page.locator("input[name=reason]:checked").count(), 0, "nothing is chosen that is folded away");
    await tabTo("summary");
    await page.keyboard.press("Enter");
    await page.keyboard.press("2");
    assert.ok(await page.locator("#reason-2").isChecked());
    await page.reload();
    await page.locator("button:focus").waitFor();
    await jane.onward(() => page.keyboard.press("Enter"));
    await jane.sees("Tim Calloway", "0117 496 0133");
  });

  test("the key c copies the telephone number that has the focus, digits alone", async () => {
    await tabTo('a[href="tel:01174960133"]');
    await page.keyboard.press("c");
    await page.getByText("Copied the telephone number of Tim Calloway").waitFor({ state: "attached" });
    assert.equal(await page.evaluate(() => navigator.clipboard.readText()), "01174960133");
  });

  test("every stop on the record, the search form and the involvement form is seen and not covered", async () => {
    await everyStopIsSeen();
    await tabTo("a.govuk-button");
    await jane.onward(() => page.keyboard.press("Enter"));
    await everyStopIsSeen();
    await jane.go("/search");
    await tabTo("summary");
    await page.keyboard.press("Enter");
    await page.locator("#postcode").waitFor();
    await everyStopIsSeen();
  });

  test("a faulty form puts the focus on what is wrong, and its link on the box", async () => {
    await jane.go("/search");
    await page.locator("#family_name:focus").waitFor();
    await page.keyboard.type("M4rsh");
    await jane.onward(() => page.keyboard.press("Enter"));
    await page.locator(".govuk-error-summary:focus").waitFor();
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    assert.ok(await isAt("#family_name"));
    assert.equal(await page.locator("#family_name").inputValue(), "M4rsh");
  });

  test("number keys can be turned off and on again (WCAG 2.1.4)", async () => {
    await jane.go("/search");
    await tabTo("[data-number-keys-switch]");
    await page.keyboard.press("Enter");
    await page.keyboard.press("3");
    assert.equal(await page.locator("input[name=reason]:checked").count(), 0);
    await page.reload();
    await tabTo("[data-number-keys-switch]");
    assert.equal(await page.locator("[data-number-keys-switch]").innerText(), "Turn number keys on");
    await page.keyboard.press("Enter");
    await page.keyboard.press("3");
    assert.ok(await page.locator("#reason-3").isChecked());
  });

  test("skipping to the content, and signing out", async () => {
    await jane.go("/");
    await page.keyboard.press("Tab");
    assert.ok(await isAt(".govuk-skip-link"));
    await page.keyboard.press("Enter");
    assert.ok(await isAt("#main-content"));
    await jane.go("/");
    await tabTo(".contactpoint-sign-out button");
    await jane.onward(() => page.keyboard.press("Enter"));
    await jane.sees("You are signed out");
    jane.complainsOfNothing();
  });

  async function isAt(selector) {
    return page.evaluate((wanted) => document.activeElement.matches(wanted), selector);
  }

  async function tabTo(selector) {
    for (let stops = 0; stops < STOPS_MAX; stops += 1) {
      if (await isAt(selector)) return;
      await page.keyboard.press("Tab");
    }
    assert.fail(`${selector} is not reached by the tabulator`);
  }

  /** Goes through the whole page by the tabulator: the focus changes the picture, lies on top, and nothing holds it. */
  async function everyStopIsSeen() {
    await page.evaluate(() => document.activeElement.blur());
    await page.evaluate(() => {
      document.body.tabIndex = -1;
      document.body.focus();
      scrollTo(0, 0);
    });
    const seen = new Set();
    for (let stops = 0; stops < STOPS_MAX; stops += 1) {
      await page.keyboard.press("Tab");
      const stop = await page.evaluate(focused, HALO_PIXELS);
      if (stop.none || seen.has(stop.mark)) break;
      seen.add(stop.mark);
      assert.ok(!stop.covered, `${stop.html} is covered by ${stop.covered}`);
      const withFocus = await page.screenshot({ clip: stop.clip, caret: "hide" });
      await page.evaluate(() => document.activeElement.blur());
      const without = await page.screenshot({ clip: stop.clip, caret: "hide" });
      await page.evaluate((mark) => document.querySelector(`[data-stop="${mark}"]`).focus({ preventScroll: true }), stop.mark);
      assert.ok(!withFocus.equals(without), `the focus on ${stop.html} is not to be seen`);
    }
    assert.ok(seen.size > 10, `${seen.size} stops`);
  }
});

/** Runs in the page: what has the focus, where it is, and what covers it. */
function focused(halo) {
  const element = document.activeElement;
  if (element === document.body || element === document.documentElement) return { none: true };
  element.dataset.stop ??= String(document.querySelectorAll("[data-stop]").length);
  const box = element.getBoundingClientRect();
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  const top = document.elementFromPoint(x, y);
  const own = top && (element.contains(top) || top.contains(element) || top.closest("label")?.control === element);
  const left = Math.max(0, box.x - halo);
  const above = Math.max(0, box.y - halo);
  const clip = {
    x: left,
    y: above,
    width: Math.min(innerWidth, box.right + halo) - left,
    height: Math.min(innerHeight, box.bottom + halo) - above,
  };
  return { mark: element.dataset.stop, html: element.outerHTML.slice(0, 200), covered: own ? "" : String(top?.outerHTML.slice(0, 200)), clip };
}
