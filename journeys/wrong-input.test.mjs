// Wrong input: each gets a plain page that says what happened, and what was typed is kept.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";

import { launch } from "./browser.mjs";
import { practice } from "./practice.mjs";
import { named, visit } from "./visitor.mjs";

const MANY = 5_000;
const TOO_MUCH = 40_000;

/** What is typed into the search form, and what is said of it. */
const FAULTS = [
  ["a day that is not in the calendar", { family_name: "Marsh", date_of_birth_day: "31", date_of_birth_month: "2", date_of_birth_year: "2015" }, "Date of birth: that month has no day 31"],
  ["the same in one box", { family_name: "Marsh", date_of_birth_day: "31/2/2015" }, "Date of birth: that month has no day 31"],
  ["a date to come", { family_name: "Marsh", date_of_birth_day: "1", date_of_birth_month: "1", date_of_birth_year: "2090" }, "Date of birth must be in the past"],
  ["a date long gone", { family_name: "Marsh", date_of_birth_day: "1/1/1901" }, "Date of birth: year must be between"],
  ["words for a date", { family_name: "Marsh", date_of_birth_day: "last spring" }, "Date of birth"],
  ["a name with digits", { family_name: "M4rsh", date_of_birth_year: "2011" }, "Family name cannot have “4” in it"],
  ["a very long name", { family_name: "Marsh".repeat(MANY / 5), date_of_birth_year: "2011" }, "Family name must be"],
  ["HTML in a name", { family_name: '<img src=x onerror="alert(1)">', date_of_birth_year: "2011" }, "Family name cannot have “<” in it"],
  ["an age in words", { family_name: "Marsh", age: "about ten" }, "Age must be a whole number of years from 0 to 25"],
  ["an age that does not fit", { family_name: "Marsh", date_of_birth_day: "14/5/2011", age: "3" }, "Age does not fit the date of birth"],
  ["half a postcode", { family_name: "Marsh", postcode: "BS" }, "Postcode must be like"],
  ["a number with a slip", { number: "4821 0937 56-A" }, "check letter does not fit"],
];

/** What is typed and rightly understood, though it looks odd. */
const ODD = [
  ["O'Brien", "O’Brien"], ["Zoë", "Ångström"], ["Nguyễn", "Thị"], ["van der Berg", "Anne-Marie"], ["محمد", "علي"], ["Święs", "Łucja"],
];

describe("wrong input", () => {
  let directory, browser, jane, page;

  before(async () => {
    [directory, browser] = await Promise.all([practice(), launch()]);
    jane = await visit(browser, directory);
    page = jane.page;
    await jane.signIn("jane");
  });

  after(async () => {
    await browser?.close();
    await directory?.end();
  });

  for (const [what, typed, said] of FAULTS) {
    test(`${what} is said, and what was typed is kept`, async () => {
      await search(typed, "reason");
      assert.match(await page.title(), /Error: /u);
      await jane.sees("There is a problem", said);
      for (const [name, value] of Object.entries(typed)) {
        assert.equal(await page.locator(`[name="${name}"]`).inputValue(), value);
      }
      assert.ok(await page.locator("#reason").isChecked());
      const link = page.locator(".govuk-error-summary a").first();
      const box = (await link.getAttribute("href")).slice(1);
      assert.equal(await page.locator(`#${box}`).count(), 1);
      assert.equal(await page.locator("main img").count(), 0);
    });
  }

  test("a missing reason is asked for, and what was typed is kept", async () => {
    await search({ family_name: "Marsh", given_name: "Kelly", age: "15" });
    await jane.sees("There is a problem", "Choose why you are looking for this child");
    assert.equal(await page.locator("#family_name").inputValue(), "Marsh");
    assert.equal(await page.locator("#age").inputValue(), "15");
    assert.equal(await page.locator("input[name=reason]:checked").count(), 0);
  });

  test("an empty form says what is missing", async () => {
    await search({});
    await jane.sees("There is a problem", "Choose why you are looking for this child");
    await search({}, "reason");
    await jane.sees("Add one more detail");
  });

  test("too little says which detail to add, and counts nobody", async () => {
    await search({ given_name: "Kelly" }, "reason");
    await jane.sees("Add one more detail", "a date of birth or a family name");
    assert.equal(await page.locator("#given_name").inputValue(), "Kelly");
    assert.ok(await page.locator("#reason").isChecked());
  });

  for (const [family, given] of ODD) {
    test(`${given} ${family} is a name`, async () => {
      await search({ family_name: family, given_name: given, date_of_birth_year: "2015" }, "reason");
      await jane.seesNothingOf("There is a problem");
    });
  }

  test("a form sent twice does it once", async () => {
    await jane.openRecord(directory.children.Kelly);
    await jane.follow("I am working with Kelly");
    await page.locator('[name="service"]').first().check();
    await page.locator('[name="lead_professional"][value="no"]').check();
    await page.locator('[name="assessment"][value="none"]').check();
    const again = await jane.context.newPage();
    await again.goto(page.url());
    await jane.press("Add me to the record");
    await again.locator('[name="service"]').first().check();
    await again.locator('[name="lead_professional"][value="no"]').check();
    await again.locator('[name="assessment"][value="none"]').check();
    await again.getByRole("button", { name: "Add me to the record" }).click();
    await again.getByText("You are listed as working with Kelly.").waitFor();
    assert.equal(await again.locator("li.contactpoint-contact", { hasText: "Jane Okafor" }).count(), 1);
    await again.close();
  });

  test("ending twice ends once", async () => {
    await jane.follow("I no longer work with Kelly");
    const again = await jane.context.newPage();
    await again.goto(page.url());
    await jane.press("Yes, I have stopped");
    await again.getByRole("button", { name: "Yes, I have stopped" }).click();
    await again.getByText("You are no longer listed as working with Kelly.").waitFor();
    assert.equal(await again.locator("li.contactpoint-contact", { hasText: "Jane Okafor" }).count(), 1);
    await again.close();
  });

  test("a search form of an earlier session is shown again with what was typed, and nothing was searched", async () => {
    await jane.go("/search");
    await jane.type(named(directory.children.Kelly));
    await jane.chooseReason();
    await page.locator('main form [name="csrf"]').first().evaluate((field) => { field.value = "0".repeat(field.value.length); });
    await jane.press("Search");
    await jane.sees("You have signed in again since you filled this in, so nothing was searched.");
    assert.equal(await page.locator("#family_name").inputValue(), "Marsh");
    assert.equal(await page.locator("#date_of_birth_day").inputValue(), directory.children.Kelly.born);
    await jane.press("Search");
    await jane.sees("Search results", "Kelly Marsh");
  });

  test("any other form with the token of an earlier session does nothing", async () => {
    await jane.follow("Open the record of Kelly Marsh");
    await jane.follow("I am working with Kelly");
    await page.locator('[name="service"]').first().check();
    await page.locator('[name="lead_professional"][value="no"]').check();
    await page.locator('[name="assessment"][value="none"]').check();
    await page.locator('main form [name="csrf"]').evaluate((field) => { field.value = "0".repeat(field.value.length); });
    await jane.press("Add me to the record");
    await jane.sees("Nothing was shown and nothing was changed.");
  });

  test("an address that belongs to nobody, or to another session, is a child that is not there", async () => {
    for (const reference of ["0".repeat(64), "f".repeat(128), "1", "%3Cscript%3E", "..%2F..%2Fetc", "%00", "a".repeat(MANY)]) {
      const answer = await jane.go(`/child/${reference}`);
      assert.ok(answer.status() < 500, `${answer.status()} for ${reference.slice(0, 40)}`);
      const heading = await jane.heading();
      assert.match(heading, /No record was found|Page not found|cannot be read|not be read/u);
      await jane.seesNothingOf("<script>", "etc");
    }
    const results = await jane.go(`/results/${"0".repeat(48)}`);
    assert.ok(results.status() < 500);
    await jane.sees("No record was found");
  });

  test("more than any form needs is refused in words", async () => {
    await search({ family_name: "a".repeat(TOO_MUCH) }, "reason");
    assert.match(await jane.heading(), /too/iu);
    await jane.sees("What to do");
  });

  test("an address that is only posted to, and one that is nowhere, are plain pages", async () => {
    for (const path of ["/sign-out", "/session/extend", "/nowhere", "/assets/nothing.css"]) {
      const answer = await jane.go(path);
      assert.ok([404, 405].includes(answer.status()), `${answer.status()} for ${path}`);
      await jane.sees("Page not found", "What to do");
    }
    jane.complainsOfNothing();
  });

  async function search(typed, reason) {
    await jane.go("/search");
    if (["number", "postcode"].some((name) => name in typed)) await page.getByText("More details").click();
    await jane.type(typed);
    if (reason) await jane.chooseReason();
    await jane.press("Search");
  }
});
