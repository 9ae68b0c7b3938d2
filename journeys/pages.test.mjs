// Every page in every state a person can bring it to: open to all, at 320 pixels as at 1280, light, and telling nothing in passing.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { after, before, describe, test } from "node:test";

import { launch } from "./browser.mjs";
import { practice } from "./practice.mjs";
import { DESK, PHONE, named, visit } from "./visitor.mjs";
import { scales } from "./weight.mjs";

const PAGE_BYTES_MAX = 50_000;
const REQUESTS_MAX = 8;
/** A page may be wider than the window by what rounding makes. */
const OVERHANG_PIXELS_MAX = 1;

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

const NOBODY = { family_name: "Qqwertz", given_name: "Xyloph", date_of_birth_day: "3/7/2015" };
const TWINS = { family_name: "Rahman", date_of_birth_day: bornAged(10, "6 April") };

/** State, who brings it about, how, and what is then to be seen. */
const STATES = [
  ["sign-in", "stranger", (v) => v.go("/sign-in"), "Sign in"],
  ["sign-in-failed", "stranger", signInWrongly, "You are not signed in"],
  ["sign-in-form-kept", "stranger", (v) => v.go("/sign-in?next=/search&form=kept"), "is kept for 15 minutes"],
  ["sign-in-form-lost", "stranger", (v) => v.go("/sign-in?form=lost"), "was not kept"],
  ["about-stranger", "stranger", (v) => v.go("/about"), "About ContactPoint"],
  ["help-stranger", "stranger", (v) => v.go("/help"), "What the rules are"],
  ["accessibility-stranger", "stranger", (v) => v.go("/accessibility"), "How far it gets"],
  ["not-found-stranger", "stranger", (v) => v.go("/nowhere"), "What to do"],
  ["signed-out", "stranger", (v) => v.go("/signed-out"), "You are signed out"],
  ["look-ups-none", "jane", (v) => v.go("/look-ups"), "You have not looked anything up yet."],
  ["home", "jane", (v) => v.go("/"), "Find who is working with a child"],
  ["help", "jane", (v) => v.go("/help"), "Your local ContactPoint manager"],
  ["not-found", "jane", (v) => v.go("/nowhere"), "Signed in as Jane Okafor"],
  ["stale", "jane", sendStale, "That page is no longer valid"],
  ["forbidden", "jane", (v) => v.go("/shield"), "What to do"],
  ["no-record", "jane", (v) => v.go(`/child/${"0".repeat(64)}`), ""],
  ["search", "jane", (v) => v.go("/search"), "Find a child’s record"],
  ["search-more", "jane", searchUnfolded, "Postcode of the child’s home"],
  ["search-faults", "jane", searchWrongly, "There is a problem"],
  ["search-too-broad", "jane", (v) => v.search({ given_name: "Kelly" }), "Add one more detail"],
  ["no-result", "jane", (v) => v.search(NOBODY), "No record was found"],
  ["search-changed-from-none", "jane", changeSearch, "Find a child’s record"],
  ["results", "jane", (v, d) => v.search(named(d.children.Kelly)), "Kelly Marsh"],
  ["search-changed", "jane", changeSearch, "Find a child’s record"],
  ["reason", "jane", reason, "Open this record for the reason you gave?"],
  ["reason-other", "jane", reasonUnfolded, "Why do you need to open this record?"],
  ["reason-faults", "jane", reasonWrongly, "Choose why you need to open this record"],
  ["record", "jane", (v, d) => v.openRecord(d.children.Kelly), "Tim Calloway"],
  ["involve", "jane", (v) => v.follow("I am working with Kelly"), "Others who work with Kelly will see this"],
  ["involve-faults", "jane", involveWrongly, "There is a problem"],
  ["record-involved", "jane", involve, "You are listed as working with Kelly."],
  ["involve-end", "jane", (v) => v.follow("I no longer work with Kelly"), "Have you stopped working with Kelly?"],
  ["results-twins", "jane", (v) => v.search(TWINS), "easily taken for one another"],
  ["record-sensitive", "jane", (v) => openBy(v, { given_name: "Jordan", family_name: "Bailey", age: "14" }), "sensitive services are involved"],
  ["record-former-name", "jane", (v) => openBy(v, { given_name: "Oliver", family_name: "Whitcombe", age: "7" }), "Harker"],
  ["results-shielded", "jane", (v, d) => v.search(named(d.children.Maya)), "Other details are restricted."],
  ["record-shielded", "jane", (v, d) => v.openRecord(d.children.Maya), "Other details are restricted."],
  ["look-ups", "jane", (v) => v.go("/look-ups"), "Record opened"],
  ["sessions", "jane", (v) => v.go("/sessions"), "This session"],
  ["home-officer", "sam", (v) => v.go("/"), "Place a shield"],
  ["record-officer", "sam", (v) => openBy(v, { given_name: "Oliver", family_name: "Whitcombe", age: "7" }), "Place a shield"],
  ["shield-from-record", "sam", (v) => v.follow("Place a shield on Oliver"), "On what ground?"],
  ["shield", "sam", (v) => v.go("/shield"), "ContactPoint number of the child"],
  ["shield-faults", "sam", shieldWrongly, "There is a problem"],
  ["shield-confirm", "sam", shieldConfirm, "On what ground?"],
  ["shield-confirm-faults", "sam", (v) => v.press("Place the shield"), "Choose the ground of the shield"],
  ["connected-none", "sam", (v) => v.go("/connected"), "Shields to complete"],
  ["connected-child", "sam", shieldRyan, "Shield others as well?"],
  ["connected-child-faults", "sam", (v) => v.press("Decide"), "Choose whether"],
  ["connected", "sam", (v) => v.follow("Decide later"), "fleeing abuse"],
  ["moved", "dora", (v) => v.go("/moved"), "Children who have moved"],
  ["moved-faults", "dora", (v) => v.press("Open the first child"), "Choose why you need to see these children"],
  ["moved-child", "dora", openMoved, "Yes: Bristol"],
  ["home-auditor", "alan", (v) => v.go("/"), "Your role does not look up children."],
];

/** The first child about whom another authority asks. */
async function openMoved(visitor) {
  await visitor.chooseReason();
  return visitor.onward(() => visitor.page.getByRole("button", { name: /^Open/u }).first().click());
}

describe("every page", () => {
  let directory, browser;
  const visitors = {};
  const weigh = {};

  before(async () => {
    [directory, browser] = await Promise.all([practice(), launch()]);
    for (const who of new Set(STATES.map(([, who]) => who))) {
      visitors[who] = await visit(browser, directory);
      weigh[who] = await scales(visitors[who]);
      if (who !== "stranger") await visitors[who].signIn(who);
    }
  });

  after(async () => {
    await browser?.close();
    await directory?.end();
  });

  for (const [state, who, bring, seen] of STATES) {
    test(`${state}: open to all, light and discreet`, async (t) => {
      const visitor = visitors[who];
      await visitor.page.setViewportSize(DESK);
      await bring(visitor, directory);
      await visitor.sees(seen);
      await isDiscreet(visitor, directory);
      await visitor.photograph(`page-${state}-1280`, { onDemand: true });
      await isOpenToAll(visitor);
      await visitor.page.setViewportSize(PHONE);
      await visitor.photograph(`page-${state}-320`, { onDemand: true });
      await isOpenToAll(visitor);
      await hasNoSidewaysScrolling(visitor);
      visitor.complainsOfNothing();
      const weight = weigh[who]();
      t.diagnostic(`${weight.bytes} bytes in ${weight.requests} requests`);
      assert.ok(weight.bytes <= PAGE_BYTES_MAX, `${weight.bytes} bytes`);
      assert.ok(weight.requests <= REQUESTS_MAX, `${weight.requests} requests`);
    });
  }
});

async function isOpenToAll({ page }) {
  if (!(await page.evaluate(() => "axe" in window))) await page.evaluate(axe);
  const { violations } = await page.evaluate(() => window.axe.run(document, { resultTypes: ["violations"] }));
  const said = violations.map(({ id, help, nodes }) => `${id}: ${help}\n  ${nodes.map((node) => node.html).join("\n  ")}`);
  assert.deepEqual(said, []);
}

/** At 320 pixels, which is what 400 % enlargement makes of 1280 (WCAG 1.4.10). */
async function hasNoSidewaysScrolling({ page }) {
  const overhang = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  assert.ok(overhang <= OVERHANG_PIXELS_MAX, `${overhang} pixels too wide`);
}

/** Nothing of a child in address or title, nothing kept, nothing that runs but what the service serves. */
async function isDiscreet(visitor, directory) {
  const url = visitor.page.url();
  const title = await visitor.page.title();
  assert.match(title, /^PRACTICE – .+ – ContactPoint$/u);
  const number = /\d{4} \d{4} \d{2}-[A-Z]/u.exec(await visitor.text())?.[0];
  for (const [where, text] of [["address", new URL(url).pathname + new URL(url).search], ["title", title]]) {
    const folded = text.toLowerCase();
    for (const child of Object.values(directory.children)) {
      for (const name of [child.given, child.family]) assert.ok(!folded.includes(name.toLowerCase()), `${where}: ${text}`);
    }
    assert.doesNotMatch(text, /\d{4}-\d{2}-\d{2}|\d+%2F\d+/u, where);
    if (number) assert.ok(!folded.includes(number.replaceAll(/\W/gu, "").toLowerCase()), `${where}: ${text}`);
  }
  assert.doesNotMatch(title, /\d/u);
  const answer = visitor.answers.findLast((one) => one.url === url && one.type === "document");
  const headers = Object.fromEntries((await answer.headers).map(({ name, value }) => [name.toLowerCase(), value]));
  assert.match(headers["content-security-policy"], /default-src 'none'.*script-src 'self'/u);
  assert.doesNotMatch(headers["content-security-policy"], /unsafe|\*|data:/u);
  assert.match(headers["cache-control"], /no-store/u);
  assert.equal(headers["referrer-policy"], "no-referrer");
  const source = (await answer.body).toString("utf8");
  assert.doesNotMatch(source, /<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\ssrc=)|javascript:/u);
}

async function signInWrongly(visitor) {
  await visitor.go("/sign-in");
  await visitor.page.getByLabel("User name").fill("jane");
  await visitor.page.getByLabel("Password", { exact: true }).fill("not this one");
  await visitor.press("Sign in");
}

async function searchUnfolded(visitor) {
  await visitor.go("/search");
  await visitor.page.getByText("More details").click();
}

async function searchWrongly(visitor) {
  await visitor.go("/search");
  await visitor.page.getByText("More details").click();
  await visitor.type({ family_name: "M4rsh", date_of_birth_day: "31", date_of_birth_month: "2", date_of_birth_year: "2015", age: "many", postcode: "LS", number: "1234" });
  await visitor.press("Search");
}

async function changeSearch(visitor) {
  await visitor.onward(() => visitor.page.getByRole("link", { name: "Change your search" }).first().click());
  assert.notEqual(await visitor.page.locator("#family_name").inputValue(), "");
}

async function sendStale(visitor) {
  await visitor.go("/sessions");
  await visitor.page.locator('form [name="csrf"]').first().evaluate((token) => {
    token.value = "0";
    token.form.action = "/session/extend";
  });
  await visitor.press("Sign out");
}

async function reason(visitor, directory) {
  await visitor.search(named(directory.children.Kelly));
  await visitor.follow("Open the record of");
}

async function reasonUnfolded(visitor) {
  await visitor.page.getByText("The reason is another one").click();
}

async function reasonWrongly(visitor) {
  await visitor.press("Open the record for this reason");
}

async function involveWrongly(visitor) {
  await visitor.type({ since_day: "31", since_month: "2", since_year: "2025" });
  await visitor.press("Add me to the record");
}

async function involve(visitor) {
  await visitor.type({ since_day: "4", since_month: "9", since_year: "2025" });
  for (const [name, value] of [["lead_professional", "yes"], ["assessment", "current"]]) {
    await visitor.page.locator(`[name="${name}"][value="${value}"]`).check();
  }
  await visitor.page.locator('[name="service"]').first().check();
  await visitor.press("Add me to the record");
}

async function openBy(visitor, fields) {
  await visitor.search(fields);
  await visitor.onward(() => visitor.page.getByRole("link", { name: "Open the record of" }).first().click());
  await visitor.press("Yes, open the record");
}

/** The day on which somebody was born who is so old today. */
function bornAged(years, birthday) {
  const year = new Date().getFullYear() - years;
  const had = new Date(`${birthday} ${year + years}`) <= new Date();
  return `${birthday} ${had ? year : year - 1}`;
}

async function shieldWrongly(visitor) {
  await visitor.type({ number: "4821 0937 56-A" });
  await visitor.press("Continue");
}

/** A shield on a child whose home others share. */
async function shieldRyan(visitor) {
  await visitor.search({ given_name: "Ryan", family_name: "Marsh", age: "12" });
  const number = /\d{4} \d{4} \d{2}-[A-Z]/u.exec(await visitor.text())[0];
  await visitor.go("/shield");
  await visitor.type({ number });
  await visitor.chooseReason();
  await visitor.press("Continue");
  await visitor.choose("The child, a parent or a carer is fleeing abuse or domestic violence");
  await visitor.press("Place the shield");
}

async function shieldConfirm(visitor) {
  await visitor.search({ given_name: "Oliver", family_name: "Whitcombe", age: "7" });
  const number = /\d{4} \d{4} \d{2}-[A-Z]/u.exec(await visitor.text())[0];
  await visitor.go("/shield");
  await visitor.type({ number });
  await visitor.chooseReason();
  await visitor.press("Continue");
}
