#!/usr/bin/env node
/**
 * Holds everything that any lock file names to the policy (licences, sources, hashes, bans), and crates and packages of npm to
 * known advisories.
 *
 *   node scripts/supply-chain/check.mjs             part of `make lint`
 *   node scripts/supply-chain/check.mjs --record    also writes down what was found, for those without a network
 *
 * It works without a network; what it knows of advisories may then be old, and it says how old. ADVISORY_DB=FOLDER names
 * a git copy of the RustSec database; SUPPLY_CHAIN_OFFLINE=1 keeps it from asking the network.
 */
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { ageInDays, applying, copy, edition, read } from "./advisories.mjs";
import { control } from "./control.mjs";
import { allPackages } from "./packages.mjs";
import * as policy from "./policy.mjs";
import { faults, isForOtherSystems } from "./rules.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const root = dirname(dirname(here));
const record = join(here, "checked.json");
const isRecording = process.argv.includes("--record");
const say = (line) => process.stdout.write(`${line}\n`);

/** How long npm may take to answer, in milliseconds. */
const PATIENCE = 20_000;

const old = (days) => (days > policy.oldAfterDays ? `, which is OLD: ask again where there is a network` : "");

function checkCargo(crates) {
  const folder = copy(resolve(root, process.env.CARGO_TARGET_DIR ?? "target"));
  if (folder === undefined) return recorded(crates);
  const { commit, date } = edition(folder);
  const found = applying(read(folder, new Set(crates.map(({ name }) => name))), crates);
  say(
    `advisories for crates: ${crates.length} held against the RustSec database of ${date} (${ageInDays(date)} days old)${old(ageInDays(date))}`,
  );
  if (isRecording) {
    const packages = crates.map(({ name, version }) => `${name} ${version}`).sort();
    const cargo = { database: date, commit, found, packages };
    writeFileSync(record, `${JSON.stringify({ cargo }, undefined, 1)}\n`);
  }
  return found;
}

/** Without a copy: what was found when there was one. */
function recorded(crates) {
  const { cargo } = JSON.parse(readFileSync(record, "utf8"));
  const known = new Set(cargo.packages);
  const unknown = crates.map(({ name, version }) => `${name} ${version}`).filter((name) => !known.has(name));
  const days = ageInDays(cargo.database);
  say(
    `advisories for crates: github.com does not answer; ${crates.length - unknown.length} of ${crates.length} were held against the RustSec database of ${cargo.database} (${days} days old)${old(days)}`,
  );
  if (unknown.length > 0) say(`  never held against any: ${unknown.join(", ")}`);
  const used = new Set(crates.map(({ name, version }) => `${name} ${version}`));
  return cargo.found.filter((one) => used.has(one.package));
}

/** What the registry of npm says about the packages of a lock file; it has no copy to keep. Undefined if it does not answer. */
function askNpm(file, ...args) {
  const { stdout } = spawnSync("npm", ["audit", "--json", "--package-lock-only", ...args], {
    cwd: join(root, dirname(file)),
    encoding: "utf8",
    timeout: PATIENCE,
  });
  try {
    const { vulnerabilities } = JSON.parse(stdout);
    return Object.entries(vulnerabilities).map(([name, { severity }]) => ({ id: severity, package: name }));
  } catch {
    return undefined;
  }
}

/** What concerns the page is a fault. What concerns tools that stand apart is said. */
function checkNpm(files) {
  const report = (text) => say(`advisories for npm: ${text}`);
  if (process.env.SUPPLY_CHAIN_OFFLINE) {
    report("not asked for (SUPPLY_CHAIN_OFFLINE); NOT CHECKED");
    return [];
  }
  const found = askNpm("web/package-lock.json", "--omit=dev");
  if (found === undefined) {
    report("the registry does not answer such questions from here; NOT CHECKED");
    return [];
  }
  report(`asked the registry today, ${found.length} apply to what the page consists of`);
  for (const file of files.filter((one) => one.endsWith("package-lock.json") && one !== "web/package-lock.json")) {
    const ofTool = askNpm(file)?.map(({ id, package: name }) => `${name} (${id})`);
    say(`  ${file}: ${ofTool === undefined ? "no answer; NOT CHECKED" : ofTool.join(", ") || "none apply"}`);
  }
  return found;
}

control();
const { files, packages } = allPackages(root);
const crates = packages.filter(({ kind }) => kind === "cargo");
const wrong = faults(packages, policy);
const found = [...checkCargo(crates.filter(({ source }) => source !== "local")), ...checkNpm(files)];
say("advisories for pip: nobody is asked; those packages run in tests and measurements only");
for (const { id, package: name } of found) {
  if (!Object.hasOwn(policy.accepted, id)) wrong.push(`${name}: ${id} applies, see https://rustsec.org/advisories/${id}`);
}
for (const id of Object.keys(policy.accepted)) {
  if (!found.some((one) => one.id === id)) wrong.push(`${id} is accepted in policy.mjs and does not apply any more: remove it`);
}
say(`lock files: ${files.join(", ")}`);
say(`licences, sources, hashes, bans: ${packages.length} packages, ${wrong.length} faults; accepted: ${Object.keys(policy.accepted).join(", ")}`);
const unhashed = packages.filter(isForOtherSystems);
if (unhashed.length > 0) say(`  ${unhashed.length} tools for other systems than this one stand in the lock file without a hash`);
for (const line of wrong) process.stderr.write(`${line}\n`);
process.exitCode = wrong.length === 0 ? 0 : 1;
