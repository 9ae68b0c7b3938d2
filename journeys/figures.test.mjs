// Suppliers, data quality and the published list: open to all at every width, and the same figures for everybody.
import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";

import { launch } from "./browser.mjs";
import { practice } from "./practice.mjs";
import { spaced, visit } from "./visitor.mjs";

const COUNTED_TRIES_MAX = 40;
const COUNTED_MILLISECONDS = 500;

/** A supplier's mapping, whose file has a fault in each row. */
const FAULTY = `name = "faulty"
title = "NHS registrations"
code = "faulty"
kind = "nhs"
[columns]
Ref = { is = "key" }
Surname = { is = "family-name" }
Forename = { is = "given-name" }
Born = { is = "born", dates = "dd/mm/yyyy" }
Joined = { is = "school-start", dates = "dd/mm/yyyy" }
`;

/** A supplier's mapping, whose second file names far fewer children than the first. */
const SHORT = `name = "short"
title = "NHS registrations"
code = "short"
kind = "nhs"
[columns]
Ref = { is = "key" }
Surname = { is = "family-name" }
Forename = { is = "given-name" }
Born = { is = "born", dates = "dd/mm/yyyy" }
`;

describe("suppliers and figures", () => {
  let directory, browser, dora;

  before(async () => {
    [directory, browser] = await Promise.all([practice(), launch()]);
    dora = await visit(browser, directory);
    await dora.signIn("dora");
    for (let tries = 0; tries < COUNTED_TRIES_MAX; tries += 1) {
      await dora.go("/quality");
      if ((await dora.text()).includes("Counted on")) break;
      await pause(COUNTED_MILLISECONDS);
    }
  });

  after(async () => {
    await browser?.close();
    await directory?.end();
  });

  test("f10 a data officer sees what may be wrong, by authority and supplier, and nobody", async () => {
    await dora.go("/");
    await dora.follow("Data quality");
    await dora.sees("Counted on", "Suspected duplicates", "fewer than 8", "South Gloucestershire");
    await dora.isOpenToAll("quality");
    await dora.follow(/^Children$/u);
    await dora.sees("By authority", "By supplier");
    await dora.isOpenToAll("measure");
    for (const child of Object.values(directory.children)) await dora.seesNothingOf(child.family);
  });

  test("r81 a held run says why, by which figures, what releasing it does, and what to do otherwise", async () => {
    const folder = await mkdtemp(join(tmpdir(), "contactpoint-held-"));
    const mapping = join(folder, "short.toml");
    await writeFile(mapping, SHORT);
    for (const count of [40, 12]) {
      const file = join(folder, `${count}.csv`);
      const rows = Array.from({ length: count }, (_, row) => `S-${row},Quill${"abcdefghij"[row % 10]}${"klmn"[row % 4]},Ada,${String((row % 28) + 1).padStart(2, "0")}/03/2016`);
      await writeFile(file, ["Ref,Surname,Forename,Born", ...rows].join("\n"));
      // A run that is held is told as one that failed.
      await directory.command("supply", "load", "--mapping", mapping, "--full", file).catch((error) => {
        if (count === 40) throw error;
      });
    }
    await rm(folder, { recursive: true });
    await dora.go("/suppliers");
    await dora.sees("1 run is held");
    assert.match(spaced(await dora.page.locator("tbody tr").first().innerText()), /1 run is held/u, "what waits comes first");
    await dora.isOpenToAll("suppliers-held");
    await dora.onward(() => dora.page.locator("tbody tr").first().getByRole("link").click());
    await dora.sees(
      "is held", "It would end 30 of the supplier’s 40 children", "A person looks first at a file that would end more than 5 in 100.",
      "Full file, 10 rows", "Full file, 40 rows", "by the operator", "What this supplier said of those children ends",
      "If it is not", "Leave it: it does nothing.",
    );
    await dora.isOpenToAll("supplier-held");
    await dora.press(/^Release this run/u);
    await dora.sees("The run is released.");
    await dora.isOpenToAll("supplier-released");
  });

  test("f10 faults are followed from the figures to a supplier's columns, and lead to nobody", async () => {
    const folder = await mkdtemp(join(tmpdir(), "contactpoint-faults-"));
    const [mapping, file] = [join(folder, "faulty.toml"), join(folder, "faulty.csv")];
    await writeFile(mapping, FAULTY);
    const rows = Array.from({ length: 12 }, (_, row) => `F-${row},Ashdown,Tom,05/03/2019,31/31/2024`);
    await writeFile(file, ["Ref,Surname,Forename,Born,Joined", ...rows].join("\n"));
    await directory.command("supply", "load", "--mapping", mapping, file);
    await rm(folder, { recursive: true });
    await dora.go("/quality");
    await dora.sees("Faults in suppliers’ files", "Last file");
    await dora.isOpenToAll("quality-faults");
    await dora.page.locator("#main-content, main").locator("a[href^='/suppliers/faulty']").click();
    await dora.sees("Faults in its files", "Joined", "first day at the school is not a day in the form that was agreed", "100%");
    await dora.isOpenToAll("supplier-faults");
    for (const child of Object.values(directory.children)) await dora.seesNothingOf(child.family);
    dora.complainsOfNothing();
  });

  test("a supplier is followed from the list to its runs", async () => {
    await dora.go("/");
    await dora.follow("Suppliers");
    await dora.sees("Register of births", "NHS registrations");
    await dora.seesNothingOf("mental", "exual", "ubstance");
    await dora.isOpenToAll("suppliers");
    await dora.follow("Register of births");
    await dora.sees("Refused, last run", "Faults in its files", "Children it knows, by authority");
    await dora.isOpenToAll("supplier");
    dora.complainsOfNothing();
  });

  test("r84 everybody reads which systems supply, and r85 which sectors do not yet", async () => {
    const stranger = await visit(browser, directory);
    await stranger.go("/about");
    await stranger.follow("Where it comes from");
    await stranger.sees("Everywhere in England", "Register of births");
    await stranger.isOpenToAll("sources");
    await stranger.page.getByRole("link", { name: "South Gloucestershire", exact: true }).click();
    await stranger.sees("Early help", "Not yet", "Police", "that does not mean that none works with the child");
    await stranger.seesNothingOf("mental", "exual", "ubstance");
    await stranger.isOpenToAll("sources-of");
    stranger.complainsOfNothing();
  });

  test("x2 the figures are the same for everybody who sees them", async () => {
    const alan = await visit(browser, directory);
    await alan.signIn("alan");
    for (const path of ["/quality/children", "/suppliers/births"]) {
      const seen = [];
      for (const one of [dora, alan]) {
        await one.go(path);
        seen.push(spaced(await one.page.locator("main").innerText()));
      }
      assert.equal(seen[0], seen[1], path);
    }
  });
});
