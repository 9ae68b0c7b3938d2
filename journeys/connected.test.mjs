// Shields to complete: open records that could show where a shielded child is, decided about one shield after another (X3, R71).
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";

import { launch } from "./browser.mjs";
import { practice } from "./practice.mjs";
import { visit } from "./visitor.mjs";

/** Kelly's brother, and one of two twins: others share the home of each. */
const SHARED = [{ given_name: "Ryan", family_name: "Marsh", age: "12" }, { given_name: "Aaliyah", family_name: "Rahman", age: "10" }];

describe("shields to complete", () => {
  let directory, browser, sam, page;

  before(async () => {
    [directory, browser] = await Promise.all([practice(), launch()]);
    sam = await visit(browser, directory);
    page = sam.page;
    await sam.signIn("sam");
  });

  after(async () => {
    await browser?.close();
    await directory?.end();
  });

  test("r71 an officer says why they look for the child of a number, once for placing the shield", async () => {
    await sam.go("/shield");
    assert.equal(await page.locator("input[name=reason]:checked").count(), 0);
    await sam.press("Continue");
    await sam.sees("Fill in the ContactPoint number", "Choose why you need to open this record");
    await sam.isOpenToAll("connected-shield-faults");
    for (const child of SHARED) {
      await sam.search(child);
      const number = /\d{4} \d{4} \d{2}-[A-Z]/u.exec(await sam.text())[0];
      await sam.go("/shield");
      await sam.type({ number });
      await sam.chooseReason();
      await sam.press("Continue");
      assert.equal(await page.locator("input[name=reason]").count(), 0, "not asked twice");
      await sam.choose("The child, a parent or a carer is fleeing abuse or domestic violence");
      await sam.press("Place the shield");
      await sam.sees("record is shielded.", "Shield others as well?");
    }
    await sam.isOpenToAll("connected-just-placed");
  });

  test("r71 the list names no child, and nothing opens without a reason that somebody chose", async () => {
    await sam.go("/connected");
    await sam.seesNothingOf("Ryan", "Marsh", "Rahman");
    await sam.isOpenToAll("connected-list");
    await sam.press("Open the first shield");
    await sam.sees("There is a problem", "Choose why you need to see these shields");
    await sam.isOpenToAll("connected-list-faults");
  });

  test("with a decision the next shield opens for the reason that was sent with it", async () => {
    await sam.chooseReason();
    await sam.press("Open the first shield");
    await sam.sees("Ryan Marsh", "Shield others as well?", "Why do you need to see the next shield?");
    await sam.isOpenToAll("connected-child");
    await leaveAllOpen();
    await sam.sees("Of that shield you have decided about every record that was listed.", "Rahman", "Shield others as well?");
    await sam.isOpenToAll("connected-next");
    await page.getByLabel("I do not: back to the list").check();
    await leaveAllOpen();
    await sam.sees("Of that shield you have decided about every record that was listed.", "No shield waits for you.");
    await sam.isOpenToAll("connected-done");
    sam.complainsOfNothing();
  });

  async function leaveAllOpen() {
    for (const open of await page.getByLabel("Leave it open").all()) await open.check();
    await sam.press("Decide");
  }
});
