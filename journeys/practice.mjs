// A practice directory of its own for each file of tests: the program makes it, serves it, and says what is in it.
import { execFile, spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
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

/** Gives somebody a new security token, and its codes: a first and a second one are good at once. */
async function newToken(data, user, welcome) {
  const secrets = `${PASSWORD.exec(welcome)[1].trim()}\n${PIN.exec(welcome)[1]}\n`;
  const said = await command(data, ["account", "change", user, "--new-secrets", "--password-stdin"], secrets);
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
