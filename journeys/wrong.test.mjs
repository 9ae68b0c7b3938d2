// Something is wrong on a record: a practitioner reports it, a data officer sets it right, and everybody sees so at once (R83, R88).
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";

import { launch } from "./browser.mjs";
import { practice } from "./practice.mjs";
import { visit, PHONE } from "./visitor.mjs";

describe("something is wrong here", () => {
  let directory, browser, jane, data, kelly;

  before(async () => {
    [directory, browser] = await Promise.all([practice(), launch()]);
    kelly = directory.children.Kelly;
    jane = await visit(browser, directory);
    data = await visit(browser, directory);
    await jane.signIn("jane");
    await data.signIn("dora");
  });

  after(async () => {
    await browser?.close();
    await directory?.end();
  });

  test("a practitioner reports a wrong date of birth, by keyboard or mouse, without typing a sentence", async () => {
    await jane.openRecord(kelly);
    await jane.photograph("wrong-1-record");
    await jane.follow("Something is wrong here");
    await jane.photograph("wrong-2-parts");
    await jane.follow(/This is wrong ?: Date of birth/u);
    await jane.press("Report it");
    await jane.sees("Choose what you know", "Choose how you know");
    await jane.photograph("wrong-3-faults");
    await jane.choose("I know the right date");
    await jane.type({ date_of_birth_day: "15", date_of_birth_month: "4", date_of_birth_year: "2011" });
    await jane.choose("A parent or carer told me");
    await jane.press("Report it");
    await jane.sees("You have reported it.", "Date of birth: Reported as wrong on");
    await jane.photograph("wrong-4-reported");
    jane.complainsOfNothing();
  });

  test("a data officer finds it on the list, opens it for that reason, and sets it right", async () => {
    await data.go("/corrections");
    await data.sees("Date of birth", "Reported: look into it");
    await data.seesNothingOf(kelly.family, kelly.born);
    await data.photograph("wrong-5-list");
    await data.press(/^Open/u);
    await data.sees("Date of birth: Reported as wrong on");
    await data.follow("Something is wrong here");
    await data.follow(/This is wrong ?: Date of birth/u);
    assert.equal(await data.page.locator("#date_of_birth_month").inputValue(), "4");
    await data.photograph("wrong-6-decide");
    await data.choose("A parent or carer told me");
    await data.press("Correct the record");
    await data.sees("15 April 2011", "Date of birth corrected by the directory on");
    await data.photograph("wrong-7-corrected");
    data.complainsOfNothing();
    const phone = await visit(browser, directory, { viewport: PHONE });
    await phone.signIn("jane");
    await phone.openRecord({ ...kelly, born: "15 April 2011" });
    await phone.follow("Something is wrong here");
    await phone.photograph("wrong-8-phone");
    const wide = await phone.page.evaluate(() => document.documentElement.scrollWidth);
    assert.ok(wide <= PHONE.width, `${wide} pixels wide`);
    const said = await directory.command("corrections", "list", "--supplier", "nhs");
    assert.match(said, /date-of-birth/u);
    assert.ok(!said.includes("2011"), "no value");
  });
});
