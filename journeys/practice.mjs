// A practice directory of its own for each file of tests: the program makes it, serves it, and says what is in it.
import { execFile, spawn } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

import { timeCode } from "./token.mjs";

const CHILDREN = 300;
const START_MILLISECONDS_MAX = 60_000;
const CODE_SECONDS = 30;
/** How many steps early or late a code is taken. */
const GRACE_STEPS = 1;

// What the program says when it serves.
const ADDRESS = /Open (http:\/\/[^/\s]+)\//;
const CHILD = /search for (\w+) (\w+), born (\d+ \w+ \d{4})/g;
const POSTCODE = /postcode (\w+ \w+)/;
const PASSWORD = /password is: +(.+)/;
const PIN = /PIN is: +(\d+)/;
const KEY = /^ +([A-Z2-7]{32})$/mu;

const target = process.env.CARGO_TARGET_DIR ?? fileURLToPath(new URL("../target", import.meta.url));
const program = process.env.CONTACTPOINT ?? join(target, "debug", "contactpoint");

/**
 * Makes and serves a practice directory.
 *
 * `children` are those its welcome names, by given name: `{ given, family, born: "14 May 2011", postcode }`.
 */
export async function practice() {
  const data = await mkdtemp(join(tmpdir(), "contactpoint-journey-"));
  const { serving, welcome } = await serve(data);
  const used = new Map();
  return {
    base: ADDRESS.exec(welcome)[1],
    password: PASSWORD.exec(welcome)[1].trim(),
    pin: PIN.exec(welcome)[1],
    children: children(welcome),
    code: (user) => code(data, user, used),
    command: (...words) => command(data, words),
    newToken: (user) => newToken(data, user, welcome),
    supply: (supplier, rows, extracted) => supply(data, { supplier, rows, extracted }),
    newAccount: (user, given) => newAccount(data, user, given, welcome),
    async end() {
      const ended = new Promise((resolve) => serving.once("exit", resolve));
      serving.kill("SIGTERM");
      await ended;
      await rm(data, { recursive: true, force: true });
    },
  };
}

function serve(data) {
  const wanted = ["demo", "--data", data, "--children", String(CHILDREN), "--listen", "127.0.0.1:0"];
  const serving = spawn(program, wanted, { stdio: ["ignore", "pipe", "pipe"] });
  return new Promise((resolve, reject) => {
    let welcome = "";
    let complaint = "";
    const late = setTimeout(() => giveUp("it did not serve in time"), START_MILLISECONDS_MAX);
    const giveUp = (why) => {
      clearTimeout(late);
      serving.kill("SIGKILL");
      reject(new Error(`${program}: ${why}\n${welcome}${complaint}`));
    };
    serving.once("error", (error) => giveUp(error.message));
    serving.once("exit", (status) => giveUp(`it ended with ${status}`));
    serving.stderr.on("data", (bytes) => { complaint += bytes; });
    serving.stdout.on("data", (bytes) => {
      welcome += bytes;
      if (!ADDRESS.test(welcome)) return;
      clearTimeout(late);
      serving.removeAllListeners("exit");
      resolve({ serving, welcome });
    });
  });
}

function children(welcome) {
  const named = {};
  for (const [, given, family, born] of welcome.matchAll(CHILD)) named[given] = { given, family, born };
  named.Maya.postcode = POSTCODE.exec(welcome)[1];
  return named;
}

/** Runs a command on the directory while it is served, and gives what it says. */
async function command(data, words, input) {
  const running = promisify(execFile)(program, [...words, "--data", data]);
  // A command that reads nothing may have ended before it is told that there is nothing.
  running.child.stdin.on("error", () => {});
  running.child.stdin.end(input);
  return (await running).stdout;
}

/** What a supplier sends, in a file of its own columns: rows of what stands in some of them. Every row is to be taken or to wait. */
async function supply(data, { supplier, rows, extracted }) {
  const [headings] = (await readFile(join(data, "england", `${supplier}.csv`), "utf8")).split(/\r?\n/u);
  const columns = headings.split(",");
  for (const name of rows.flatMap(Object.keys)) if (!columns.includes(name)) throw new Error(`${supplier} has no column ${name}`);
  const cell = (text = "") => (/[",]/u.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  const lines = [headings, ...rows.map((row) => columns.map((name) => cell(row[name])).join(","))];
  const file = join(data, `sent-${supplier}.csv`);
  await writeFile(file, `${lines.join("\n")}\n`);
  return command(data, ["supply", "load", "--supplier", supplier, "--delta", "--extracted", extracted, file]);
}

/** Adds an account with everybody's password and PIN, whose checks are in order. */
async function newAccount(data, user, { name, job, organisation, role }, welcome) {
  const checked = daysAgo(100);
  const given = ["--name", name, "--job", job, "--organisation", String(organisation), "--role", role];
  const checks = ["--identity", checked, "--dbs", checked, "--training", checked];
  return command(data, ["account", "add", user, ...given, ...checks, "--password-stdin"], secrets(welcome));
}

function secrets(welcome) {
  return `${PASSWORD.exec(welcome)[1].trim()}\n${PIN.exec(welcome)[1]}\n`;
}

/** A day, as `2026-11-22`. */
export function daysAgo(days) {
  return new Date(Date.now() - days * 86_400_000).toISOString().slice(0, 10);
}

/** An NHS number of nobody in the practice directory, well formed and of the range that is kept for tests. */
export function numberOfNobody(place) {
  for (let first = 999_900_000 + place * 100; ; first += 1) {
    const digits = String(first);
    const sum = [...digits].reduce((total, digit, at) => total + Number(digit) * (10 - at), 0);
    const check = (11 - (sum % 11)) % 11;
    if (check < 10) return `${digits}${check}`;
  }
}

/** Gives somebody a new security token, and its codes: a first and a second one are good at once. */
async function newToken(data, user, welcome) {
  const said = await command(data, ["account", "change", user, "--new-secrets", "--password-stdin"], secrets(welcome));
  const key = KEY.exec(said)[1];
  let last = 0;
  return async () => {
    last = Math.max(last + 1, step());
    while (last > step() + GRACE_STEPS) await nextStep();
    return timeCode(key, last);
  };
}

/** The code that somebody's token shows. Each works once: the second waits for the token to change. */
async function code(data, user, used) {
  for (;;) {
    const shown = /\d{6}/u.exec(await command(data, ["account", "token", user]))[0];
    if (used.get(user) !== shown) {
      used.set(user, shown);
      return shown;
    }
    await nextStep();
  }
}

function step() {
  return Math.floor(Date.now() / 1000 / CODE_SECONDS);
}

function nextStep() {
  return pause((step() + 1) * CODE_SECONDS * 1000 - Date.now());
}
