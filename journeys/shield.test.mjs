// Shielded children: four things are shown and nothing else comes, whatever is asked (R43, R44), from the moment a shield is placed.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";

import { launch } from "./browser.mjs";
import { practice } from "./practice.mjs";
import { named, spaced, visit } from "./visitor.mjs";

const STEPS_MAX = 6;
/** What the practice directory hides of Maya: school, practice, carer, her telephone, home, authority. */
const HIDDEN_OF_MAYA = [
  "Meadow Lane", "0117 496 0111", "01174960111", "Lakeside", "0117 496 0112", "01174960112",
  "Ruth", "07700 900131", "07700 900 131", "07700900131", "Quarry", "Marshfield", "BS87",
];
/** What the record of Oliver shows before he is shielded. */
const OLIVER = { given: "Oliver", family: "Whitcombe" };
const HIDDEN_OF_OLIVER = ["Harker", "Meadow Lane", "Lakeside", "Anna", "07700", "Orchard View", "Winterbourne", "BS87"];
const NONSENSE = { family_name: "Zzyqwrt", given_name: "Qxv", date_of_birth_day: "9/10/2018" };

describe("shielded children", () => {
  let directory, browser, jane, sam, maya;

  before(async () => {
    [directory, browser] = await Promise.all([practice(), launch()]);
    maya = directory.children.Maya;
    jane = await visit(browser, directory);
    sam = await visit(browser, directory);
    await jane.signIn("jane");
    await sam.signIn("sam");
  });

  after(async () => {
    await browser?.close();
    await directory?.end();
  });

  test("r43 a shielded record shows name, date of birth, gender and number, and nothing hidden comes over the network", async () => {
    jane.answers.length = 0;
    await jane.openRecord(maya);
    const identity = jane.page.locator(".contactpoint-identity");
    assert.match(spaced(await identity.innerText()), /^Maya Ellis born 9 October 2018 \(8\) (Gender )?female ContactPoint number \d{4} \d{4} \d{2}-[A-Z]$/u);
    assert.equal(await jane.page.locator(".contactpoint-contact, .contactpoint-fact, .contactpoint-ask").count(), 0);
    await jane.sees("Other details are restricted.");
    await jane.photograph("shield-1-maya");
    const received = await jane.received();
    const document = await jane.page.content();
    for (const hidden of HIDDEN_OF_MAYA) {
      assert.ok(!received.includes(hidden), `“${hidden}” was received`);
      assert.ok(!document.includes(hidden), `“${hidden}” is in the page`);
    }
    assert.equal(await jane.page.getByRole("link", { name: "I am working with" }).count(), 0);
  });

  test("r44 a search that touches a hidden detail answers as for a child that never was, byte for byte", async () => {
    const never = await answerTo(jane, { ...NONSENSE, postcode: maya.postcode });
    assert.match(never.text, /No record was found/u);
    for (const hidden of [
      { postcode: maya.postcode },
      { postcode: "BS87 4AX" },
      { setting_or_practice: "Meadow Lane Primary School" },
      { setting_or_practice: "Lakeside Surgery" },
      { carer: "Ruth Ellis" },
      { carer: "Ellis" },
    ]) {
      const answer = await answerTo(jane, { ...named(maya), ...hidden });
      assert.deepEqual(answer, never, JSON.stringify(hidden));
    }
    const same = await answerTo(jane, NONSENSE);
    assert.deepEqual(same, never);
  });

  test("r44 the same search without the hidden detail lists her, with nothing hidden", async () => {
    await jane.search(named(maya));
    const card = spaced(await jane.page.locator(".contactpoint-result").innerText());
    assert.match(card, /Maya Ellis Born 9 October 2018 \(8\) Gender female Number \S+ \S+ \S+ Other details are restricted\./u);
    await jane.seesNothingOf(...HIDDEN_OF_MAYA);
  });

  test("r44 the number alone lists her with nothing hidden", async () => {
    const number = /\d{4} \d{4} \d{2}-[A-Z]/u.exec(await jane.text())[0];
    await jane.search({ number });
    await jane.sees("Maya Ellis", "Other details are restricted.");
    await jane.seesNothingOf(...HIDDEN_OF_MAYA);
  });

  test("r41 somebody who is no shielding officer cannot shield", async () => {
    const answer = await jane.go("/shield");
    assert.equal(answer.status(), 403);
  });

  test("r37 an officer shields another child in at most six steps, and it holds from the next request on", async (t) => {
    await jane.search({ given_name: OLIVER.given, family_name: OLIVER.family, age: "7" });
    await jane.follow("Open the record of Oliver Whitcombe");
    await jane.press("Yes, open the record");
    await jane.sees("Former names", "Oliver Harker", "Orchard View");
    const number = /\d{4} \d{4} \d{2}-[A-Z]/u.exec(await jane.text())[0];

    await sam.go("/");
    sam.interactions = 0;
    await sam.follow("Place a shield");
    await sam.type({ number });
    await sam.chooseReason();
    await sam.press("Continue");
    await sam.sees("Place a shield on Oliver’s record");
    await sam.photograph("shield-2-ground");
    await sam.choose("Placed for adoption, and somebody from whom the child must be protected may look");
    await sam.press("Place the shield");
    await sam.sees("Oliver’s record is shielded.", "This record is shielded.");
    await sam.photograph("shield-3-placed");
    t.diagnostic(`${sam.interactions} steps`);
    assert.ok(sam.interactions <= STEPS_MAX, `${sam.interactions} steps`);

    jane.answers.length = 0;
    await jane.page.reload();
    await jane.sees("Oliver Whitcombe", "Other details are restricted.");
    await jane.photograph("shield-4-oliver");
    await jane.seesNothingOf(...HIDDEN_OF_OLIVER);
    const received = await jane.received();
    for (const hidden of HIDDEN_OF_OLIVER) assert.ok(!received.includes(hidden), `“${hidden}” was received`);
  });

  test("x10 a shielded child is no longer found by a former name", async () => {
    await jane.search({ given_name: OLIVER.given, family_name: "Harker", age: "7" });
    const seen = await jane.text();
    assert.doesNotMatch(seen, /Whitcombe/u);
  });

  test("x10 and by the name of today without the former one", async () => {
    await jane.search({ given_name: OLIVER.given, family_name: OLIVER.family, age: "7" });
    await jane.sees("Oliver Whitcombe", "Other details are restricted.");
    await jane.seesNothingOf("Harker", "Winterbourne", "Meadow Lane");
  });

  test("what the search listed before the shield is not to be had by going back", async () => {
    await jane.page.goBack();
    await jane.seesNothingOf("Winterbourne", "Meadow Lane");
    for (let steps = 0; steps < 6; steps += 1) {
      await jane.page.goBack();
      await jane.seesNothingOf(...HIDDEN_OF_OLIVER.filter((hidden) => hidden !== "Harker"));
    }
  });

  test("x3 with a shield come the open records of the same home, and each is decided about", async () => {
    await shieldRyan(sam);
    await sam.sees("Ryan’s record is shielded.", "Shield others as well?", "Kelly Marsh", "Chloe Marsh", "Alfie Marsh", "Shares the address and a parent or carer.");
    await sam.photograph("shield-5-others");
    const decide = (name, choice) => sam.page.getByRole("group", { name: new RegExp(name, "u") }).getByLabel(choice).check();
    await decide("Chloe Marsh", "Shield this record as well");
    await sam.press("Decide");
    await sam.sees("There is a problem", "Choose whether Kelly Marsh is shielded as well", "Choose whether Alfie Marsh is shielded as well");
    assert.ok(await sam.page.getByRole("group", { name: /Chloe Marsh/u }).getByLabel("Shield this record as well").isChecked());

    await sam.follow("Decide later");
    await sam.sees("Shields to complete");
    await sam.photograph("shield-6-to-complete");
    await sam.chooseReason();
    await sam.press("Open the first shield");
    await decide("Chloe Marsh", "Shield this record as well");
    await decide("Alfie Marsh", "Shield this record as well");
    await decide("Kelly Marsh", "Leave it open");
    await sam.press("Decide");
    await sam.sees("Of that shield you have decided about every record that was listed.");

    await jane.search({ family_name: "Marsh", given_name: "Chloe", age: "9" });
    await jane.sees("Chloe Marsh", "Other details are restricted.");
    await jane.search({ family_name: "Marsh", given_name: "Kelly", age: "15" });
    await jane.sees("Kelly Marsh", "Home");
  });

  test("x1 to whoever is no shielding officer there is no such list", async () => {
    const answer = await jane.go("/connected");
    assert.equal(answer.status(), 403);
  });

  test("nobody's browser complained of anything", () => {
    jane.complainsOfNothing();
    sam.complainsOfNothing();
  });
});

/** Shields Kelly's brother, whose home three other children share. */
async function shieldRyan(officer) {
  await officer.search({ given_name: "Ryan", family_name: "Marsh", age: "12" });
  const number = /\d{4} \d{4} \d{2}-[A-Z]/u.exec(await officer.text())[0];
  await officer.go("/shield");
  await officer.type({ number });
  await officer.chooseReason();
  await officer.press("Continue");
  await officer.choose("The child, a parent or a carer is fleeing abuse or domestic violence");
  await officer.press("Place the shield");
}

/** What a search answers, on every channel it has but the time it was and what belongs to the session. */
async function answerTo(visitor, fields) {
  visitor.answers.length = 0;
  await visitor.search(fields);
  // The first is the empty form.
  const chain = visitor.answers.filter(({ type, url }) => type === "document" && url.endsWith("/search")).slice(1);
  const answers = [];
  for (const { url, status, headers, body } of chain) {
    const heads = (await headers).filter(({ name }) => name.toLowerCase() !== "date");
    answers.push({ url, status, heads, body: (await body).toString("utf8") });
  }
  assert.equal(answers.length, 1);
  return { answers, text: spaced(await visitor.text()), title: await visitor.page.title() };
}
