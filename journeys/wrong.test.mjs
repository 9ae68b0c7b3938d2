// Something is wrong on a record: a practitioner reports it, a data officer sets it right, and everybody sees so at once (R83, R88).
import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { after, before, describe, test } from "node:test";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { launch } from "./browser.mjs";
import { practice } from "./practice.mjs";
import { DESK, PHONE, visit } from "./visitor.mjs";

const SPARSE = `name = "sparse"
title = "NHS registrations"
code = "sparse"
kind = "nhs"
[columns]
Ref = { is = "key" }
Surname = { is = "family-name" }
Forename = { is = "given-name" }
Born = { is = "born", dates = "dd/mm/yyyy" }
Postcode = { is = "postcode" }
Area = { is = "authority" }
`;

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
    await jane.isOpenToAll("wrong-1-record");
    await jane.follow("Something is wrong here");
    await jane.isOpenToAll("wrong-2-parts");
    await jane.follow(/This is wrong ?: Date of birth/u);
    await jane.press("Report it");
    await jane.sees("Choose what you know", "Choose how you know");
    await jane.isOpenToAll("wrong-3-faults");
    await jane.choose("I know the right date");
    await jane.type({ date_of_birth_day: "15", date_of_birth_month: "4", date_of_birth_year: "2011" });
    await jane.choose("A parent or carer told me");
    await jane.press("Report it");
    await jane.sees("It is reported.", "Date of birth: Reported as wrong on");
    await jane.isOpenToAll("wrong-4-reported");
    jane.complainsOfNothing();
  });

  test("a data officer finds it on the list, opens it for that reason, and sets it right", async () => {
    await data.go("/corrections");
    await data.sees("Date of birth", "Reported: look into it");
    await data.seesNothingOf(kelly.family, kelly.born);
    await data.isOpenToAll("wrong-5-list-all");
    await data.press("Open the first record");
    await data.sees("Choose why you need to open this record");
    await data.seesNothingOf(kelly.family, kelly.born);
    await data.isOpenToAll("wrong-5-reason");
    await data.back();
    await data.chooseReason();
    await data.isOpenToAll("wrong-5-list");
    await data.press("Open the first record");
    await data.sees("Date of birth: Reported as wrong on");
    await data.follow("Something is wrong here");
    await data.follow(/This is wrong ?: Date of birth/u);
    assert.equal(await data.page.locator("#date_of_birth_month").inputValue(), "4");
    await data.isOpenToAll("wrong-6-decide");
    await data.choose("A parent or carer told me");
    await data.press("Correct the record");
    await data.sees("15 April 2011", "Date of birth corrected by the directory on");
    await data.isOpenToAll("wrong-7-corrected");
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

  test("what no source says is reported with what is right, filled in by an officer, and marked as a person's", async () => {
    await sparse(directory);
    const nell = { given: "Nell", family: "Tarrant", born: "14 May 2015" };
    await jane.openRecord(nell);
    await jane.follow("Something is wrong here");
    await jane.sees("I know it", "Not known");
    await atBothWidths(jane, "missing-1-parts");
    await jane.follow(/I know it ?: School/u);
    await jane.choose("I know the right school");
    await jane.type({ place: "Northfield Academy" });
    await jane.choose("A parent or carer told me");
    await atBothWidths(jane, "missing-2-form");
    await jane.press("Report it");
    await jane.sees("Reported as missing on");
    await data.go("/corrections");
    await data.seesNothingOf("Tarrant", "Northfield");
    const lines = data.page.locator("main").getByRole("button", { name: /^Open/u });
    await data.chooseReason();
    await data.onward(() => lines.last().click());
    await data.sees("Nell Tarrant", "Reported as missing on");
    await data.follow("Something is wrong here");
    await data.follow(/I know it ?: School/u);
    assert.equal(await data.page.locator("#place").inputValue(), "Northfield Academy");
    await data.choose("A parent or carer told me");
    await data.press("Fill it in");
    await data.sees("Northfield Academy", "awaiting the source");
    await atBothWidths(data, "missing-3-filled");
    data.complainsOfNothing();
  });

  test("a carer is proposed, and the page says why nobody sets one", async () => {
    await jane.openRecord({ ...kelly, born: "15 April 2011" });
    await jane.follow("Something is wrong here");
    await jane.follow(/This is wrong ?: Parents and carers/u);
    await jane.sees("Nobody sets parents and carers by hand");
    await jane.choose("I know who is right, or who is missing");
    await jane.type({ carer_given_name: "Dawn", carer_family_name: "Marshe" });
    await jane.choose("The child or young person told me");
    await atBothWidths(jane, "missing-4-carer");
    await jane.press("Report it");
    await jane.sees("It is reported.");
    await jane.seesNothingOf("Marshe");
    jane.complainsOfNothing();
  });
});

/** A child of whom one source says name, date of birth and where the child lives, and nothing else. */
async function sparse(directory) {
  const folder = await mkdtemp(join(tmpdir(), "contactpoint-sparse-"));
  const [mapping, file] = [join(folder, "sparse.toml"), join(folder, "sparse.csv")];
  await writeFile(mapping, SPARSE);
  await writeFile(file, "Ref,Surname,Forename,Born,Postcode,Area\nN-1,Tarrant,Nell,14/05/2015,ZZ99 3VZ,E06000025\n");
  await directory.command("supply", "load", "--mapping", mapping, file);
  await rm(folder, { recursive: true });
}

async function atBothWidths(who, name) {
  for (const [viewport, width] of [[PHONE, "320"], [DESK, "1280"]]) {
    await who.page.setViewportSize(viewport);
    await who.photograph(`${name}-${width}`);
    const wide = await who.page.evaluate(() => document.documentElement.scrollWidth);
    assert.ok(wide <= viewport.width, `${name}: ${wide} pixels wide`);
  }
}
