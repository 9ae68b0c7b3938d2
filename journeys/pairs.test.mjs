// Two records of one child: what two suppliers send makes them, a number joins them, and a data officer decides by keyboard alone.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";

import { launch } from "./browser.mjs";
import { daysAgo, numberOfNobody, practice } from "./practice.mjs";
import { spaced, visit } from "./visitor.mjs";

/** The practice and the service of the story. */
const SURGERY = "X89901";
const SERVICE = "SW01";

/** Synthetic children whom the NHS and social care know by different names; social care comes to know their numbers. */
const TWICE_KNOWN = [
  { number: numberOfNobody(1), nhs: ["Imogen", "Castell", "2014-03-09"], care: ["Roxanne", "Tull", "12/11/2013"] },
  { number: numberOfNobody(2), nhs: ["Idris", "Fenwick", "2011-08-30"], care: ["Leo", "Marchetti", "30/08/2011"] },
];

describe("two records that may be of one child", () => {
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

  test("as long as nothing joins two records none wait", async () => {
    await directory.supply("nhs", TWICE_KNOWN.map(registered), daysAgo(3));
    await directory.supply("social_care", TWICE_KNOWN.map((one, at) => worked(one, at)), daysAgo(3));
    await dora.go("/review");
    await dora.follow("Records that may be one child");
    await dora.sees("No two records wait for you.");
    await dora.isOpenToAll("pairs-none");
  });

  test("a number that social care sends later joins each with another, and the list names no child", async () => {
    const numbered = TWICE_KNOWN.map((one, at) => ({ ...worked(one, at), NHSNo: one.number }));
    await directory.supply("social_care", numbered, daysAgo(1));
    await dora.go("/duplicates");
    await dora.sees("Both have the same number of another body");
    assert.equal(await page.getByRole("row").count(), 1 + TWICE_KNOWN.length);
    await dora.seesNothingOf(...TWICE_KNOWN.flatMap(({ nhs, care }) => [...nhs.slice(0, 2), ...care.slice(0, 2)]));
    await dora.isOpenToAll("pairs-list");
  });

  test("r71 nothing opens without a reason", async () => {
    await dora.tabTo("input[name=reason]");
    await dora.onward(() => page.keyboard.press("Enter"));
    await dora.sees("Choose why you need to see these records");
    await dora.isOpenToAll("pairs-list-faults");
  });

  test("by number keys and Enter alone the first two are kept apart, and the next two open", async () => {
    await dora.tabTo("input[name=reason]");
    await page.keyboard.press("1");
    await dora.onward(() => page.keyboard.press("Enter"));
    await sideBySide(TWICE_KNOWN[0]);
    await dora.isOpenToAll("pairs-1");
    await decide("Two children: keep them apart");
    await dora.sees("The two records are kept apart, and stay so.");
    await sideBySide(TWICE_KNOWN[1]);
    await dora.isOpenToAll("pairs-2");
  });

  test("whoever chooses nothing is asked again, and what differs is marked", async () => {
    await dora.tabTo("input[name=decision]");
    await dora.onward(() => page.keyboard.press("Enter"));
    await dora.sees("Choose what you decide");
    await dora.isOpenToAll("pairs-2-faults");
    const marked = await page.locator(".contactpoint-compared__differs").allInnerTexts();
    const fields = marked.map((text) => spaced(text).split(" ")[0]);
    assert.ok(fields.includes("Name"), fields.join(", "));
    for (const text of marked) assert.match(text, /≠/u);
    const born = spaced(await page.getByRole("row", { name: /^Date of birth/u }).innerText());
    assert.match(born, /30 August 2011 .*30 August 2011 .*Same/u);
  });

  test("when the last two are decided the list says that nobody waits", async () => {
    await decide("One child: merge them");
    await dora.sees("The two records are one.", "No two records wait for you.");
    assert.equal(new URL(page.url()).pathname, "/duplicates");
    await dora.isOpenToAll("pairs-done");
    const [given, family] = TWICE_KNOWN[1].nhs;
    await dora.search({ given_name: given, family_name: family });
    await dora.onward(() => page.getByRole("link", { name: "Open the record of" }).first().click());
    // The reason for the record was given when the two were opened.
    await dora.sees("Idris Fenwick", "Paul Whitfield");
    dora.complainsOfNothing();
  });

  /** Whether both records of a child are shown, the one of the NHS first, with its lines and what speaks for it. */
  async function sideBySide({ nhs, care }) {
    await dora.sees("Are these two one child?", "Why they may be one child, or not", "Both have the same number of another body");
    const names = spaced(await page.getByRole("row", { name: /^Name/u }).innerText());
    assert.match(names, new RegExp(`${nhs[0]} ${nhs[1]}.*${care[0]} ${care[1]}.*Differs`, "u"));
  }

  async function decide(wanted) {
    const labels = await page.locator("[data-number-keys] label").allInnerTexts();
    const key = labels.findIndex((label) => label.includes(wanted)) + 1;
    assert.ok(key > 0, `“${wanted}” is offered: ${labels.join(" | ")}`);
    await page.keyboard.press(String(key));
    await dora.onward(() => page.keyboard.press("Enter"));
  }
});

/** What the NHS sends of a child. */
function registered({ number, nhs: [given, family, born] }, at) {
  return {
    registration_id: `twice-${at}`,
    nhs_number: number,
    given_name: given,
    family_name: family,
    birth_date: born,
    gender_code: "2",
    address_line_1: `${at + 2} Larkspur Court`,
    address_line_2: "Yate",
    practice_code: SURGERY,
    registration_status: "R",
    registered_from: born,
  };
}

/** What social care sends of a child, before it knows a number. */
function worked({ care: [given, family, born] }, at) {
  return {
    InvolvementID: `twice-${at}`,
    PersonID: `twice-${at}`,
    Surname: family,
    Forenames: given,
    DOB: born,
    Gender: "F",
    Worker: "Paul Whitfield",
    WorkerRole: "Social Worker",
    Team: "South Gloucestershire Children's Services",
    ServiceCode: SERVICE,
    WorkerTel: "0117 496 0121",
    StartDate: "04/09/2025",
    LeadProfessional: "N",
    RestrictedAtSource: "N",
  };
}
