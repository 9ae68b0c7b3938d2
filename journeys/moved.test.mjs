// A child who has moved: another authority asks, a data officer looks for a reason of their own, and answers (L4, R71).
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";

import { launch } from "./browser.mjs";
import { practice } from "./practice.mjs";
import { visit } from "./visitor.mjs";

describe("children who have moved", () => {
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

  test("r71 the list names no child, and nothing opens without a reason that somebody chose", async () => {
    await dora.go("/moved");
    await dora.sees("Waiting for your answer", "To Bristol", "Why do you need to see these children?");
    assert.equal(await page.locator("input[name=reason]:checked").count(), 0);
    assert.equal(await page.locator("input[name=reason][type=hidden]").count(), 0);
    await dora.isOpenToAll("moved-list");
    await dora.tabTo("input[name=reason]");
    await dora.onward(() => page.keyboard.press("Enter"));
    await dora.sees("There is a problem", "Choose why you need to see these children");
    await dora.isOpenToAll("moved-list-faults");
  });

  test("by number keys and Enter alone the child opens, and what is decided is asked with why the next is to be seen", async () => {
    await dora.tabTo("input[name=reason]");
    await page.keyboard.press("1");
    await dora.onward(() => page.keyboard.press("Enter"));
    await dora.sees("Address in the area of", "Who said yes", "What do you decide?", "Why do you need to see the next child?");
    await dora.isOpenToAll("moved-child");
    await dora.tabTo("input[name=decision]");
    await dora.onward(() => page.keyboard.press("Enter"));
    await dora.sees("Choose what you decide");
    await dora.isOpenToAll("moved-child-faults");
    await page.keyboard.press("1");
    await dora.onward(() => page.keyboard.press("Enter"));
    await dora.sees("Of that child: both authorities have said yes.");
    await dora.isOpenToAll("moved-decided");
  });

  test("whoever comes without a reason is told what to do, and that nothing was done", async () => {
    await dora.go("/moved?done=no-reason");
    await dora.sees("Not done", "Nothing was opened. Choose why you need to see the child");
    await dora.isOpenToAll("moved-no-reason");
    await dora.go("/moved?done=gone");
    await dora.sees("Not done", "There is nothing to decide about that child");
    dora.complainsOfNothing();
  });
});
