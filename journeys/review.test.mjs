// Rows that wait for a person: a data officer decides three of them by keyboard alone, and the next one opens each time.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";

import { launch } from "./browser.mjs";
import { practice } from "./practice.mjs";
import { spaced, visit } from "./visitor.mjs";

const ROWS = 3;

describe("rows that wait", () => {
  let directory, browser, dora, page;

  before(async () => {
    [directory, browser] = await Promise.all([practice(), launch()]);
    dora = await visit(browser, directory);
    page = dora.page;
    await dora.signIn("dora");
  });

  after(async () => {
    await browser?.close();
    await directory?.end();
  });

  test("the list says how many wait, and nothing of any child", async () => {
    await dora.onward(() => page.getByRole("link", { name: "Review", exact: true }).press("Enter"));
    await dora.sees("Rows to review", "wait for a decision");
    await dora.isOpenToAll("review-list");
  });

  test("nothing opens without a reason", async () => {
    await dora.tabTo("input[name=reason]");
    await dora.onward(() => page.keyboard.press("Enter"));
    await dora.sees("Choose why you need to see these rows");
    await dora.isOpenToAll("review-list-faults");
  });

  test("three rows are decided by number keys and Enter alone", async () => {
    await dora.tabTo("input[name=reason]");
    await page.keyboard.press("1");
    await dora.onward(() => page.keyboard.press("Enter"));
    const before = await waiting();
    const decisions = ["Link: the row is of", "Keep apart", "Cannot tell"];
    for (const [place, wanted] of decisions.entries()) {
      await dora.sees("Is this row of a known child?", "Agreement", "Why it may be this child, or not");
      await dora.isOpenToAll(`review-row-${place + 1}`);
      const labels = await page.locator("[data-number-keys] label").allInnerTexts();
      const key = labels.findIndex((label) => label.includes(wanted)) + 1;
      assert.ok(key > 0, `“${wanted}” is offered: ${labels.join(" | ")}`);
      await page.keyboard.press(String(key));
      await dora.onward(() => page.keyboard.press("Enter"));
      await dora.sees(["The row is linked", "The row is kept apart", "waits at the end of the list"][place]);
    }
    assert.equal(await waiting(), before - ROWS + 1, "two are decided, and one waits on");
    await dora.onward(() => page.getByRole("link", { name: "Home", exact: true }).press("Enter"));
  });

  test("a row that was linked by a slip is found again on its record, to be split off", async () => {
    await dora.go("/review");
    await page.locator("input[name=reason]").check();
    await dora.press("Open the first row");
    const links = page.getByLabel(/^\d*\s*Link: the row is of/u);
    for (let row = 0; row < ROWS && await links.count() === 0; row += 1) {
      await page.getByLabel("Cannot tell").check();
      await dora.press("Decide");
    }
    await links.first().check();
    await dora.press("Decide");
    await dora.sees("The row is linked, and stays so.", "If that was a slip, open the record and split it");
    await dora.isOpenToAll("review-linked");
    await dora.follow("Open the record it went to");
    await dora.sees("Why do you need to open this record?");
    await dora.isOpenToAll("review-linked-reason");
    await dora.chooseReason();
    await dora.press("Open the record");
    await dora.sees("Split it", "Back to the list");
    await dora.follow("Split it");
    await dora.sees("What is of another child?");
    await dora.isOpenToAll("split-after-a-slip");
  });

  test("one of which somebody could not tell says who and when", async () => {
    await dora.go("/review?likeliest");
    await dora.sees("Likeliest of a known child first");
    await dora.isOpenToAll("review-list-likeliest");
  });

  test("without scripts a row is decided as well", async () => {
    const plain = await visit(browser, directory, { javaScriptEnabled: false });
    await plain.signIn("dora");
    await plain.go("/review");
    await plain.page.locator("input[name=reason]").check();
    await plain.press("Open the first row");
    await plain.page.getByLabel("Cannot tell").check();
    await plain.press("Decide");
    await plain.sees("waits at the end of the list");
    plain.complainsOfNothing();
  });

  test("two records are merged, and it is taken back; one is split, and that is taken back", async () => {
    const { Kelly } = directory.children;
    await dora.search({ given_name: "Oliver", family_name: "Whitcombe", age: "7" });
    await dora.onward(() => page.getByRole("link", { name: "Open the record of" }).first().click());
    await dora.press("Yes, open the record");
    const other = spaced(await page.locator(".contactpoint-identity").innerText()).match(/\d{4} \d{4} \d{2}-[A-Z]/u)[0];
    await dora.openRecord(Kelly);
    const record = page.url();
    const before = await facts();
    await dora.follow("Merge it with a second record");
    await dora.isOpenToAll("merge");
    await page.getByLabel("ContactPoint number of the other record").fill(other);
    await dora.onward(() => page.keyboard.press("Enter"));
    await dora.sees("Choose why you need to open the other record");
    await dora.isOpenToAll("merge-faults");
    await dora.chooseReason();
    await dora.onward(() => page.keyboard.press("Enter"));
    await dora.sees("Are these two one child?", "differ", "Why they may be one child, or not", "speaks strongly against it");
    assert.equal(await page.locator(".contactpoint-picture svg").count(), 1);
    await dora.isOpenToAll("merge-confirm");
    await dora.press("Yes, merge them");
    await dora.sees("The two records are one.");
    await dora.isOpenToAll("record-merged");
    await dora.follow("Take back the last merger or split");
    await dora.isOpenToAll("join-undo");
    await dora.press("Yes, take it back");
    await dora.sees("It is taken back.");
    assert.equal(await facts(), before);
    await dora.go(record);
    await dora.follow("Split it");
    await dora.press("Split the record");
    await dora.sees("Choose what names the other child");
    await dora.isOpenToAll("split-faults");
  });

  test("x2 a data officer knows nothing of held rows, and a shielding officer nothing of the list", async () => {
    const sam = await visit(browser, directory);
    await sam.signIn("sam");
    assert.equal((await sam.go("/review")).status(), 403);
    await sam.go("/held");
    await sam.sees("Held rows");
    await sam.photograph("held-list");
    if (await sam.page.locator("input[name=reason]").count() > 0) {
      await sam.page.locator("input[name=reason]").check();
      await sam.press("Open the first row");
      await sam.sees("Is this row of the shielded child?", "Not this child");
      await sam.photograph("held-row");
    }
    assert.equal((await dora.go("/held")).status(), 403);
    await dora.go("/");
    assert.equal(await page.getByRole("link", { name: "Held rows" }).count(), 0);
    dora.complainsOfNothing();
  });

  /** What the record says, without who looked and when, and without what can be taken back. */
  async function facts() {
    const parts = await page.locator(".contactpoint-contact, .contactpoint-fact, .contactpoint-identity").allInnerTexts();
    return spaced(parts.join(" "));
  }

  async function waiting() {
    const other = await dora.context.newPage();
    await other.goto("/review");
    const text = await other.locator("main").innerText();
    await other.close();
    return Number(/(\d+) rows? waits? for a decision/u.exec(text)?.[1] ?? 0);
  }
});
