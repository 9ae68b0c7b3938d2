// Kelly's story, as her parents' leaflet tells it (R94): Jane looks who is working with Kelly, asks her, and Libby is added.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";

import { launch } from "./browser.mjs";
import { practice } from "./practice.mjs";
import { named, spaced, visit } from "./visitor.mjs";

const INTERACTIONS_MAX = 6;
const MONTHS = "January February March April May June July August September October November December".split(" ");

describe("r94 Kelly's story", () => {
  let directory, browser, jane, libby, kelly;

  before(async () => {
    [directory, browser] = await Promise.all([practice(), launch()]);
    kelly = directory.children.Kelly;
    jane = await visit(browser, directory);
    libby = await visit(browser, directory);
  });

  after(async () => {
    await browser?.close();
    await directory?.end();
  });

  test("Jane, a learning mentor, signs in on one page", async () => {
    await jane.go("/");
    assert.equal(await jane.heading(), "Sign in");
    await jane.photograph("kelly-1-sign-in");
    jane.began = performance.now();
    await jane.credentials("jane");
    await jane.press("Sign in");
    await jane.sees("Signed in as Jane Okafor, Northfield Academy", "Find who is working with a child");
    await jane.photograph("kelly-2-home");
  });

  test("she searches for Kelly, the date of birth in one box, and gives a reason", async () => {
    await jane.type(named({ ...kelly, born: slashed(kelly.born) }));
    await jane.chooseReason();
    await jane.photograph("kelly-3-search");
    await jane.press("Search");
    assert.equal(await jane.heading(), "Search results");
    await jane.sees("Kelly Marsh", kelly.born);
    const best = jane.page.locator(".contactpoint-result--best");
    assert.match(await best.innerText(), /Kelly Marsh/u);
    await jane.photograph("kelly-4-results");
  });

  test("she confirms the reason before the record opens", async () => {
    await jane.follow("Open the record of Kelly Marsh");
    await jane.sees("Open this record for the reason you gave?");
    await jane.seesNothingOf("Tim Calloway", "Paul Whitfield");
    await jane.photograph("kelly-5-reason");
    await jane.press("Yes, open the record");
  });

  test("she sees whom to ring, in at most six steps", async (t) => {
    const seconds = (performance.now() - jane.began) / 1000;
    t.diagnostic(`from the sign-in page to the contacts: ${jane.interactions} steps, ${seconds.toFixed(1)} s`);
    assert.ok(jane.interactions <= INTERACTIONS_MAX, `${jane.interactions} steps`);
    await jane.photograph("kelly-6-record");
    const tim = contact(jane, "Tim Calloway");
    assert.match(spaced(await tim.innerText()), /Tim Calloway · Housing Officer.*South Gloucestershire Housing/u);
    assert.equal(await tim.locator('a[href^="tel:"]').getAttribute("href"), "tel:01174960133");
    assert.equal(spaced(await tim.locator('a[href^="tel:"]').innerText()), "0117 496 0133");
    assert.equal(await tim.locator('a[href^="mailto:"]').count(), 1);
    for (const who of ["Tim Calloway", "Paul Whitfield"]) {
      const box = await contact(jane, who).boundingBox();
      assert.ok(box.y + box.height <= 720, `${who} is on the first screen`);
    }
  });

  test("r20 Paul no longer works with Kelly: he is marked as ended and shown for a year", async () => {
    const paul = spaced(await contact(jane, "Paul Whitfield").innerText());
    assert.match(paul, /Paul Whitfield · Social Worker/u);
    const [, ended, until] = /Ended (\d+ \w+ \d{4}) – shown until (\d+ \w+ \d{4})/u.exec(paul) ?? assert.fail(paul);
    const days = (new Date(`${until} UTC`) - new Date(`${ended} UTC`)) / 86_400_000;
    assert.ok(days >= 364 && days <= 367, `from ${ended} to ${until}`);
    assert.equal(await contact(jane, "Paul Whitfield").locator('a[href="tel:01174960121"]').count(), 1);
  });

  test("r8 she is told to ask Kelly first", async () => {
    await jane.sees("ask Kelly first, unless someone is in danger");
    await jane.sees("Seeing a name here does not by itself allow you to share anything");
  });

  test("r85 she is told who does not supply the directory yet", async () => {
    await jane.sees("Not supplied to this directory here yet:");
  });

  test("Libby, of the Young Carers Group, says that she is working with Kelly", async () => {
    await libby.signIn("libby");
    await libby.openRecord(kelly);
    assert.equal(await contact(libby, "Libby Marlowe").count(), 0);
    await libby.follow("I am working with Kelly");
    await libby.sees("Others who work with Kelly will see this", "Libby Marlowe", "Young Carers Worker", "0117 496 0147");
    await libby.photograph("kelly-7-involve");
    await libby.page.locator('[name="service"]').first().check();
    await libby.page.locator('[name="lead_professional"][value="no"]').check();
    await libby.page.locator('[name="assessment"][value="none"]').check();
    await libby.press("Add me to the record");
    await libby.sees("You are listed as working with Kelly.");
    await libby.photograph("kelly-8-involved");
  });

  test("Jane reloads and sees how to reach Libby", async () => {
    await jane.page.reload();
    const entry = contact(jane, "Libby Marlowe");
    assert.match(spaced(await entry.innerText()), /Libby Marlowe · Young Carers Worker.*0117 496 0147.*Young Carers Group/u);
    assert.equal(await entry.locator('a[href="tel:01174960147"]').count(), 1);
    await jane.photograph("kelly-9-record-with-libby");
  });

  test("r20 Libby stops, and is shown as ended", async () => {
    await libby.follow("I no longer work with Kelly");
    await libby.sees("Have you stopped working with Kelly?");
    await libby.photograph("kelly-10-stop");
    await libby.press("Yes, I have stopped");
    await libby.sees("You are no longer listed as working with Kelly.");
    await jane.page.reload();
    assert.match(spaced(await contact(jane, "Libby Marlowe").innerText()), /Ended \d+ \w+ \d{4} – shown until/u);
  });

  test("nobody's browser complained of anything", () => {
    jane.complainsOfNothing();
    libby.complainsOfNothing();
  });
});

function contact(visitor, name) {
  return visitor.page.locator("li.contactpoint-contact", { hasText: name });
}

/** "14 May 2011" as people write it in a hurry: "14/5/2011". */
function slashed(day) {
  const [number, month, year] = day.split(" ");
  return `${number}/${MONTHS.indexOf(month) + 1}/${year}`;
}
