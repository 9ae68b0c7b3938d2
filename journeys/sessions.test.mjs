// Sessions: signing out leaves nothing, every place is listed and can be ended, and looking again is not looking anew.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";

import { launch, launchRemembering } from "./browser.mjs";
import { practice } from "./practice.mjs";
import { named, visit } from "./visitor.mjs";

/** How long a page may take to come back from where the browser put it aside. */
const SETTLE_MILLISECONDS = 250;

describe("sessions", () => {
  let directory, browser, jane, paul, stranger, kelly;

  before(async () => {
    [directory, browser] = await Promise.all([practice(), launch()]);
    kelly = directory.children.Kelly;
    jane = await visit(browser, directory);
    paul = await visit(browser, directory);
    stranger = await visit(browser, directory);
    await jane.signIn("jane");
    await paul.signIn("paul");
  });

  after(async () => {
    await browser?.close();
    await directory?.end();
  });

  test("r72 results again, by reloading or going back, are no new event; every showing of a record is one", async () => {
    const beside = await jane.context.newPage();
    const events = () => linesOfLookUps(beside);
    await jane.search(named(kelly));
    const searched = await events();
    assert.equal(searched, 1);
    await jane.page.reload();
    await jane.sees("Kelly Marsh");
    await jane.follow("Open the record of Kelly Marsh");
    await jane.page.goBack();
    await jane.sees("Search results", "Kelly Marsh");
    assert.equal(await events(), searched);
    await jane.page.goForward();
    await jane.press("Yes, open the record");
    assert.equal(await events(), searched + 1);
    await jane.page.reload();
    await jane.sees("Tim Calloway");
    assert.equal(await events(), searched + 2);
    await jane.page.goBack();
    await jane.page.goBack();
    await jane.sees("Search results");
    assert.ok((await events()) <= searched + 3, "a way back over the record may show it once more");
  });

  test("the address of a record shows nothing to another person, and nothing to nobody", async () => {
    await jane.openRecord(kelly);
    const address = jane.page.url();
    const answer = await paul.go(address);
    assert.equal(answer.status(), 200);
    await paul.sees("No record was found");
    await paul.seesNothingOf("Kelly", "Marsh", "Calloway");
    await stranger.go(address);
    await stranger.sees("Sign in");
    await stranger.seesNothingOf("Kelly", "Marsh", "Calloway");
  });

  test("going back after signing out shows no child, and the browser is told to forget", async (t) => {
    const remembering = await launchRemembering();
    t.after(() => remembering.close());
    const libby = await visit(remembering, directory);
    await libby.signIn("libby");
    await libby.openRecord(kelly);
    await libby.sees("Tim Calloway");
    await libby.press("Sign out");
    await libby.sees("You are signed out");
    const left = libby.answers.find(({ url, status }) => url.endsWith("/sign-out") && status === 303);
    const heads = Object.fromEntries((await left.headers).map(({ name, value }) => [name.toLowerCase(), value]));
    assert.match(heads["clear-site-data"], /"cache"/u);
    assert.equal((await libby.context.cookies()).filter(({ value }) => value !== "").length, 0);
    for (const way of [-1, -1, -1, -1, -1, 1, 1, 1]) {
      await libby.page.evaluate((steps) => void setTimeout(() => history.go(steps)), way);
      await pause(SETTLE_MILLISECONDS);
      await libby.page.waitForLoadState();
      await libby.seesNothingOf("Kelly", "Marsh", "Calloway");
    }
  });

  test("somebody signed in twice sees both places, and ends one: it is dead at its next request", async () => {
    const code = await directory.newToken("nina");
    const [desk, leftOpen] = [await visit(browser, directory), await visit(browser, directory)];
    await leftOpen.signIn("nina", await code());
    await leftOpen.openRecord(kelly);
    await desk.signIn("nina", await code());
    await desk.go("/sessions");
    assert.equal(await desk.page.locator("main tbody tr").count(), 2);
    assert.equal(await desk.page.getByText("This session", { exact: true }).count(), 1);
    await desk.photograph("sessions-two");
    await desk.press("End the session");
    assert.equal(await desk.page.locator("main tbody tr").count(), 1);
    await leftOpen.page.reload();
    await leftOpen.sees("Sign in");
    await leftOpen.seesNothingOf("Kelly", "Marsh", "Calloway");
    await desk.go("/look-ups");
    await desk.sees("My look-ups");
  });

  test("a code of the token works once", async () => {
    const code = await directory.code("alan");
    await stranger.signIn("alan", code);
    await stranger.press("Sign out");
    await stranger.go("/sign-in");
    await stranger.credentials("alan", code);
    await stranger.press("Sign in");
    await stranger.sees("You are not signed in");
  });

  test("what was typed when the session ended is there after signing in again, and for nobody else", async () => {
    const tim = await visit(browser, directory);
    const code = await directory.newToken("tim");
    await tim.signIn("tim", await code());
    await tim.go("/search");
    await tim.type({ family_name: kelly.family, given_name: kelly.given });
    await tim.chooseReason(2);
    await directory.command("account", "suspend", "tim");
    await tim.press("Search");
    await tim.sees("You were signed out before you sent that", "kept for 15 minutes");
    await tim.seesNothingOf(kelly.family);
    await directory.command("account", "restore", "tim");
    await paul.go("/search");
    assert.equal(await paul.page.locator("#family_name").inputValue(), "");
    await tim.credentials("tim", await code());
    await tim.press("Sign in");
    await tim.sees("nothing was searched");
    assert.equal(await tim.page.locator("#family_name").inputValue(), kelly.family);
    assert.ok(await tim.page.locator("#reason-2").isChecked());
    await tim.press("Search");
    await tim.sees("Search results", "Kelly Marsh");
  });

  test("a search is changed, not begun anew, from its results and from none", async () => {
    const { page } = jane;
    await jane.search({ ...named(kelly), postcode: "BS87 4AX" });
    await jane.onward(() => page.getByRole("link", { name: "Change your search" }).first().click());
    const values = await page.locator("[data-date] input, #family_name, #postcode").evaluateAll((boxes) => boxes.map((box) => box.value));
    assert.deepEqual(values, [kelly.family, "14", "5", "2011", "BS87 4AX"]);
    await jane.type({ postcode: "BS87 9ZZ", family_name: "Qqwertz", given_name: "Xyloph", date_of_birth_year: "2015" });
    await jane.press("Search");
    await jane.sees("No record was found");
    await jane.onward(() => page.getByRole("link", { name: "Change your search" }).first().click());
    assert.equal(await page.locator("#family_name").inputValue(), "Qqwertz");
    assert.doesNotMatch(page.url(), /Qqwertz|BS87/u);
  });

  test("somebody who is suspended is out at the next request", async () => {
    await paul.openRecord(kelly);
    await paul.sees("Tim Calloway");
    await directory.command("account", "suspend", "paul");
    await paul.page.reload();
    await paul.sees("Sign in");
    await paul.seesNothingOf("Kelly", "Marsh", "Calloway");
  });

  test("every failure to sign in is the same page: nobody, wrong password, PIN or code, suspended, lapsed", async () => {
    const pages = new Set();
    const right = await directory.code("dora");
    for (const [user, wrong] of [["nobody"], ["dora", "password"], ["dora", "pin"], ["dora", "code"], ["sue"], ["len"]]) {
      await stranger.go("/sign-in");
      const known = ["sue", "len"].includes(user) ? await directory.code(user) : right;
      await stranger.page.locator("#user_name").fill(user);
      await stranger.page.locator("#password").fill(wrong === "password" ? "another password" : directory.password);
      await stranger.page.locator("#pin").fill(wrong === "pin" ? "000000" : directory.pin);
      await stranger.page.locator("#security_code").fill(wrong === "code" ? "000000" : known);
      stranger.answers.length = 0;
      await stranger.press("Sign in");
      const answer = stranger.answers.find(({ url }) => url.endsWith("/sign-in"));
      const heads = (await answer.headers).filter(({ name }) => !/^(date|content-length)$/iu.test(name));
      const body = (await answer.body).toString("utf8").replaceAll(`value="${user}"`, 'value=""');
      pages.add(JSON.stringify([answer.status, heads, body]));
    }
    assert.equal(pages.size, 1);
  });
});

/** How many lines the look-ups have that a second window shows. */
async function linesOfLookUps(page) {
  await page.goto("/look-ups");
  return page.locator("main tbody tr").count();
}
