// Somebody at a browser: what they do, what they get, and whatever the browser complains of meanwhile.
import assert from "node:assert/strict";
import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";

export const DESK = { width: 1280, height: 720 };
export const PHONE = { width: 320, height: 700 };

const WAIT_MILLISECONDS_MAX = 20_000;
const STOPS_MAX = 60;
/** A page may be wider than the window by what rounding makes. */
const OVERHANG_PIXELS_MAX = 1;

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const screenshots = fileURLToPath(new URL("../screenshots/", import.meta.url));

/** A visitor in a browser of their own: no cookie is shared with anybody. */
export async function visit(browser, directory, { javaScriptEnabled = true, viewport = DESK } = {}) {
  const context = await browser.newContext({ javaScriptEnabled, viewport, baseURL: directory.base });
  context.setDefaultTimeout(WAIT_MILLISECONDS_MAX);
  const visitor = new Visitor(directory, context, await context.newPage());
  visitor.watch();
  return visitor;
}

class Visitor {
  /** Things clicked, keys that act, and choices made; typing into a box is none. */
  interactions = 0;
  /** What the browser complained of: scripts, the content security policy, requests to elsewhere. */
  complaints = [];
  /** Every answer: `{ url, type, status, headers, body }`, the last two as promises. */
  answers = [];

  constructor(directory, context, page) {
    this.directory = directory;
    this.context = context;
    this.page = page;
  }

  watch() {
    const { context, directory, complaints, answers } = this;
    context.on("weberror", (one) => complaints.push(`script: ${one.error()}`));
    context.on("console", (one) => {
      // A page that is answered with 4xx is said to have failed to load: that is for the tests to expect.
      if (one.type() === "error" && !one.text().startsWith("Failed to load resource")) complaints.push(one.text());
    });
    context.on("request", (one) => {
      if (!one.url().startsWith(`${directory.base}/`)) complaints.push(`asked elsewhere: ${one.url()}`);
    });
    context.on("response", (one) => {
      const url = one.url();
      answers.push({
        url,
        type: one.request().resourceType(),
        status: one.status(),
        headers: one.headersArray(),
        body: one.body().catch(() => Buffer.of()),
      });
    });
  }

  /** Everything received, as text: heads and bodies. */
  async received() {
    const texts = [];
    for (const { url, status, headers, body } of this.answers) {
      const head = (await headers).map(({ name, value }) => `${name}: ${value}`).join("\n");
      texts.push(`${status} ${url}\n${head}\n\n${(await body).toString("utf8")}`);
    }
    return texts.join("\n\n");
  }

  async go(path) {
    return this.page.goto(path);
  }

  /** Does something that leads to another page, and waits for that page. */
  async onward(act) {
    this.interactions += 1;
    await Promise.all([this.page.waitForEvent("load"), act()]);
  }

  async choose(label) {
    this.interactions += 1;
    await this.page.getByLabel(label, { exact: true }).check();
  }

  async press(name) {
    await this.onward(() => this.page.getByRole("button", { name }).click());
  }

  async follow(name) {
    await this.onward(() => this.page.getByRole("link", { name }).click());
  }

  /** Goes back; to the answer of a form that the browser would have to send again, it does not go. */
  async back() {
    await this.page.goBack().catch(async (error) => {
      if (!String(error).includes("ERR_CACHE_MISS")) throw error;
      await this.page.waitForURL(/^chrome-error:/u);
    });
  }

  async signIn(user, code) {
    await this.go("/sign-in");
    await this.credentials(user, code);
    await this.press("Sign in");
    await this.sees("Signed in as");
    return this;
  }

  /** Fills in the sign-in form; without a code, with the one that the person's token shows. */
  async credentials(user, code) {
    const { page, directory } = this;
    await page.getByLabel("User name").fill(user);
    await page.getByLabel("Password", { exact: true }).fill(directory.password);
    await page.getByLabel("PIN", { exact: true }).fill(directory.pin);
    await page.getByLabel("Security code").fill(code ?? await directory.code(user));
  }

  /** Fills in the search form on the page, by the names of its fields. */
  async type(fields) {
    for (const [name, value] of Object.entries(fields)) await this.page.locator(`[name="${name}"]`).fill(value);
  }

  /** Chooses the first reason offered, with its number key's place. */
  async chooseReason(place = 1) {
    this.interactions += 1;
    await this.page.locator('form:visible input[name="reason"][type="radio"]').nth(place - 1).check();
  }

  /** Searches from the search page. */
  async search(fields) {
    await this.go("/search");
    const more = this.page.locator("details:not([open]) summary").first();
    const inside = await this.page.locator("details input").evaluateAll((all) => all.map((one) => one.name));
    if (Object.keys(fields).some((name) => inside.includes(name))) await more.click();
    await this.type(fields);
    await this.chooseReason();
    await this.press("Search");
  }

  /** Searches for a child and opens the record of the best match. */
  async openRecord(child) {
    await this.search(named(child));
    await this.onward(() => this.page.getByRole("link", { name: "Open the record of" }).first().click());
    if (this.page.url().endsWith("/reason")) await this.press("Yes, open the record");
  }

  text() {
    return this.page.locator("body").innerText();
  }

  async sees(...texts) {
    const seen = spaced(await this.text());
    for (const text of texts) assert.ok(seen.includes(text), `“${text}” is to be seen at ${this.page.url()}:\n${seen}`);
  }

  /** The source of the page, once it is there: one that is on its way has none yet. */
  async source() {
    for (;;) {
      await this.page.waitForLoadState();
      try {
        return await this.page.content();
      } catch (error) {
        if (!error.message.includes("navigating")) throw error;
      }
    }
  }

  async seesNothingOf(...texts) {
    const source = await this.source();
    for (const text of texts) assert.ok(!source.includes(text), `“${text}” is nowhere in ${this.page.url()}`);
  }

  heading() {
    return this.page.locator("h1").innerText();
  }

  /** A picture of the whole page. Where there are many, they are only taken on demand: `SCREENSHOTS=all`. */
  async photograph(name, { onDemand = false } = {}) {
    if (onDemand && process.env.SCREENSHOTS !== "all") return;
    mkdirSync(screenshots, { recursive: true });
    await this.page.screenshot({ path: `${screenshots}${name}.png`, fullPage: true });
  }

  /** Goes on with the tabulator key until something has the focus. */
  async tabTo(selector) {
    for (let stop = 0; stop < STOPS_MAX; stop += 1) {
      if (await this.page.locator(`${selector}:focus`).count() > 0) return;
      await this.page.keyboard.press("Tab");
    }
    assert.fail(`${selector} is not reached`);
  }

  /** Whether the page, narrow and wide, fits its window, and axe finds nothing in it. */
  async isOpenToAll(name) {
    const { page } = this;
    for (const [viewport, width] of [[PHONE, "320"], [DESK, "1280"]]) {
      await page.setViewportSize(viewport);
      await this.photograph(`${name}-${width}`);
      const overhang = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      assert.ok(overhang <= OVERHANG_PIXELS_MAX, `${name} is ${overhang} pixels wider than the window of ${width}`);
      if (!(await page.evaluate(() => "axe" in window))) await page.evaluate(axe);
      const { violations } = await page.evaluate(() => window.axe.run(document, { resultTypes: ["violations"] }));
      const found = violations.map((one) => `${one.id}: ${one.help} at ${one.nodes.map((node) => node.target.join(" ")).join(", ")}`);
      assert.deepEqual(found, [], `${name} at ${width}`);
    }
  }

  complainsOfNothing() {
    assert.deepEqual(this.complaints, []);
  }
}

/** The fields of the search form by which a child is found: the date of birth pasted whole into one box. */
export function named(child) {
  return { family_name: child.family, given_name: child.given, date_of_birth_day: child.born };
}

/** Text with every run of white space as one space, the narrow and the hard ones as well. */
export function spaced(text) {
  return text.replaceAll(/\s+/gu, " ").trim();
}
