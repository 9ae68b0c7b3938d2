// A practitioner has left, and a colleague ends what she recorded of herself: marked as ended, and shown for a year (R20, L3).
import { after, before, describe, test } from "node:test";

import { launch } from "./browser.mjs";
import { practice } from "./practice.mjs";
import { visit } from "./visitor.mjs";

const COLLEAGUE = { name: "Cal Lindale", job: "Learning Mentor", organisation: 1, role: "practitioner" };

describe("an involvement of somebody who has left", () => {
  let directory, browser, jane, cal, tim;

  before(async () => {
    [directory, browser] = await Promise.all([practice(), launch()]);
    await directory.newAccount("cal", COLLEAGUE);
    [jane, cal, tim] = await Promise.all(["jane", "cal", "tim"].map(() => visit(browser, directory)));
    await jane.signIn("jane");
    await cal.signIn("cal");
    await tim.signIn("tim");
  });

  after(async () => {
    await browser?.close();
    await directory?.end();
  });

  test("she records herself, and nobody of another service is offered to end it", async () => {
    const { Kelly } = directory.children;
    await jane.openRecord(Kelly);
    await jane.follow("I am working with Kelly");
    await jane.type({ since_day: "4", since_month: "9", since_year: "2025" });
    for (const [name, value] of [["lead_professional", "yes"], ["assessment", "current"]]) {
      await jane.page.locator(`[name="${name}"][value="${value}"]`).check();
    }
    await jane.page.locator('[name="service"]').first().check();
    await jane.press("Add me to the record");
    await jane.sees("You are listed as working with Kelly.");
    await jane.seesNothingOf("Jane Okafor no longer works with Kelly");
    await tim.openRecord(Kelly);
    await tim.sees("Jane Okafor");
    await tim.seesNothingOf("Jane Okafor no longer works with Kelly");
  });

  test("a colleague of hers ends it, and says why", async () => {
    await cal.openRecord(directory.children.Kelly);
    await cal.isOpenToAll("end-for-record");
    await cal.follow("Jane Okafor no longer works with Kelly");
    await cal.sees("Has Jane Okafor stopped working with Kelly?", "since 4 September 2025", "will have no lead professional");
    await cal.isOpenToAll("end-for");
    await cal.press("End it");
    await cal.sees("There is a problem", "Choose why it has ended");
    await cal.isOpenToAll("end-for-faults");
    await cal.choose("They have left the service");
    await cal.press("End it");
    await cal.sees("The involvement has ended. It stays on the record for a year", "end entered", "by a colleague or an officer");
    await cal.isOpenToAll("end-for-ended");
    cal.complainsOfNothing();
  });

  test("r20 everybody else reads that it has ended, and since when", async () => {
    await tim.page.reload();
    await tim.sees("Jane Okafor", "Ended", "shown until");
    tim.complainsOfNothing();
  });
});
