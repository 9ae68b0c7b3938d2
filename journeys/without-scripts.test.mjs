// Everything a practitioner does, in a browser that runs no scripts.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";

import { launch } from "./browser.mjs";
import { practice } from "./practice.mjs";
import { named, visit } from "./visitor.mjs";

describe("without scripts", () => {
  let directory, browser, nina, kelly;

  before(async () => {
    [directory, browser] = await Promise.all([practice(), launch()]);
    kelly = directory.children.Kelly;
    nina = await visit(browser, directory, { javaScriptEnabled: false });
  });

  after(async () => {
    await browser?.close();
    await directory?.end();
  });

  test("signing in", async () => {
    await nina.go("/sign-in");
    assert.equal(await nina.page.getByRole("button", { name: "Show" }).count(), 0);
    await nina.signIn("nina");
    await nina.sees("Find who is working with a child");
  });

  test("a date in one box is enough, and what a script would do is not offered", async () => {
    await nina.go("/search");
    assert.equal(await nina.page.getByText("Turn number keys off").isVisible(), false);
    assert.equal(await nina.page.locator(".contactpoint-key").first().isVisible(), false);
    await nina.search(named(kelly));
    await nina.sees("Search results", "Kelly Marsh");
  });

  test("another reason than that of the search can be given", async () => {
    await nina.follow("Open the record of Kelly Marsh");
    await nina.page.getByText("The reason is another one").click();
    await nina.chooseReason(2);
    await nina.press("Open the record for this reason");
    await nina.sees("Who is working with Kelly", "Tim Calloway", "0117 496 0133", "Paul Whitfield");
    assert.equal(await nina.page.getByRole("button", { name: "Copy" }).count(), 0);
    assert.equal(await nina.page.locator("dialog").isVisible(), false);
    await nina.photograph("without-scripts-record");
  });

  test("the reason is asked once for a child", async () => {
    await nina.search(named(kelly));
    await nina.follow("Open the record of Kelly Marsh");
    await nina.sees("Who is working with Kelly");
  });

  test("a faulty form says what is wrong, and keeps what was typed", async () => {
    await nina.follow("I am working with Kelly");
    await nina.type({ since_day: "30", since_month: "2", since_year: "2025" });
    await nina.press("Add me to the record");
    await nina.sees("There is a problem", "First day: that month has no day 30");
    assert.equal(await nina.page.locator("#since_day").inputValue(), "30");
  });

  test("being listed, and stopping", async () => {
    await nina.type({ since_day: "3" });
    await nina.page.locator('[name="service"]').first().check();
    await nina.page.locator('[name="lead_professional"][value="yes"]').check();
    await nina.page.locator('[name="assessment"][value="none"]').check();
    await nina.press("Add me to the record");
    await nina.sees("You are listed as working with Kelly.", "Nina Kowalska", "since 3 February 2025");
    const first = nina.page.locator("li.contactpoint-contact").first();
    assert.match(await first.innerText(), /Nina Kowalska.*Lead professional/su);
    await nina.follow("I no longer work with Kelly");
    await nina.press("Yes, I have stopped");
    await nina.sees("You are no longer listed as working with Kelly.");
  });

  test("what was looked at, where one is signed in, and out again", async () => {
    await nina.follow("My look-ups");
    await nina.sees("Record opened");
    await nina.follow("My sessions");
    await nina.sees("This session");
    await nina.press("Sign out");
    await nina.sees("You are signed out");
    nina.complainsOfNothing();
  });

  test("going back after signing out shows no child", async () => {
    for (let steps = 0; steps < 8; steps += 1) {
      await nina.back();
      await nina.seesNothingOf("Marsh", "Calloway", "Whitfield");
    }
  });
});
