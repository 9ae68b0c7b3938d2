// A shielded child whom no authority is responsible for: two shielding officers of one authority take the child on, and what is held for the
// child waits for them from then on (L4, X1).
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";

import { launch } from "./browser.mjs";
import { daysAgo, practice } from "./practice.mjs";
import { visit } from "./visitor.mjs";

/** A synthetic child of whom social care has no address, and hides what it has. */
const LOST = { given_name: "Zelda", family_name: "Quillfeather", date_of_birth_day: "9 April 2015" };
const COLLEAGUE = { name: "Una Lindale", job: "Shielding Officer", organisation: 2, role: "shielding-officer" };
const HIDDEN = ["Whitfield", "0117 496 0121", "01174960121"];

describe("a shielded child of no authority", () => {
  let directory, browser, sam, una, jane;

  before(async () => {
    [directory, browser] = await Promise.all([practice(), launch()]);
    await directory.newAccount("una", COLLEAGUE);
    await directory.supply("social_care", [restricted()], daysAgo(3));
    await directory.supply("nhs", [alike()], daysAgo(2));
    [sam, una, jane] = await Promise.all(["sam", "una", "jane"].map(() => visit(browser, directory)));
    await sam.signIn("sam");
    await una.signIn("una");
    await jane.signIn("jane");
  });

  after(async () => {
    await browser?.close();
    await directory?.end();
  });

  test("the first officer says so, and sees no more by it", async () => {
    await opens(sam);
    await sam.sees("Other details are restricted.");
    await sam.seesNothingOf(...HIDDEN);
    await sam.follow("Our authority looks after this child");
    await sam.sees("Does your authority look after this child?", "Nobody of your authority");
    await sam.isOpenToAll("take-on-1");
    await sam.press("Our authority takes this child on");
    await sam.sees("You have said that your authority takes this child on.", "Other details are restricted.");
    await sam.seesNothingOf(...HIDDEN);
    await sam.follow("Our authority looks after this child");
    await sam.sees("You, on");
    assert.equal(await sam.page.getByRole("button", { name: "Our authority takes this child on" }).count(), 0, "not twice");
    assert.equal(await held(sam), await held(una));
  });

  test("with the second officer the authority is responsible, and both see behind the shield and what is held", async () => {
    const before = await held(una);
    await opens(una);
    await una.sees("Other details are restricted.");
    await una.follow("Our authority looks after this child");
    await una.sees("Another shielding officer of your authority, on");
    await una.isOpenToAll("take-on-2");
    await una.press("Our authority takes this child on");
    await una.sees("Two officers of your authority have said so.", "This record is shielded.", "Paul Whitfield");
    await una.isOpenToAll("take-on-3");
    await opens(sam);
    await sam.sees("This record is shielded.", "Paul Whitfield");
    assert.deepEqual([await held(una), await held(sam)], [before + 1, before + 1]);
  });

  test("r44 to everybody else the child is as restricted as before", async () => {
    await opens(jane);
    await jane.sees("Other details are restricted.");
    await jane.seesNothingOf(...HIDDEN, "Our authority looks after this child");
    for (const visitor of [sam, una, jane]) visitor.complainsOfNothing();
  });
});

async function opens(visitor) {
  await visitor.search(LOST);
  await visitor.onward(() => visitor.page.getByRole("link", { name: "Open the record of" }).first().click());
  if (visitor.page.url().endsWith("/reason")) await visitor.press("Yes, open the record");
}

/** How many rows wait for an officer. */
async function held(visitor) {
  await visitor.go("/held");
  return Number(/(\d+) rows? waits? for a decision/u.exec(await visitor.text())?.[1] ?? 0);
}

function restricted() {
  return {
    InvolvementID: "lost",
    PersonID: "lost",
    Surname: LOST.family_name,
    Forenames: LOST.given_name,
    DOB: "09/04/2015",
    Gender: "F",
    Worker: "Paul Whitfield",
    WorkerRole: "Social Worker",
    Team: "South Gloucestershire Children's Services",
    ServiceCode: "SW01",
    WorkerTel: "0117 496 0121",
    StartDate: "04/09/2025",
    LeadProfessional: "N",
    RestrictedAtSource: "Y",
  };
}

/** What the NHS sends of somebody of the same name and day: it may be the child. */
function alike() {
  return {
    registration_id: "lost",
    given_name: LOST.given_name,
    family_name: LOST.family_name,
    birth_date: "2015-04-09",
    gender_code: "2",
    address_line_1: "14 Tannery Wharf",
    address_line_2: "Yate",
    practice_code: "X89901",
    registration_status: "R",
    registered_from: "2020-04-01",
  };
}
