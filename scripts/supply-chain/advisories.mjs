/**
 * Known faults of packages: the RustSec advisory database where a copy can be had, else what was found when it was last
 * looked at, which is recorded in `checked.json`.
 *
 * The record holds no text of the database: only its commit and date, which packages were held against it, and which
 * advisories applied. So the check says something without a network too, and says how old that is.
 */
import { spawnSync } from "node:child_process";
import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import { meets } from "./versions.mjs";

const ADDRESS = "https://github.com/RustSec/advisory-db.git";

/** A copy is fetched again after so long, in milliseconds. */
const FRESH = 24 * 3600 * 1000;

/** How long the network may take, in milliseconds. */
const PATIENCE = 15_000;

const git = (folder, ...args) =>
  spawnSync("git", ["-C", folder, ...args], {
    encoding: "utf8",
    timeout: PATIENCE,
    maxBuffer: 64 << 20,
    env: { ...process.env, GIT_TERMINAL_PROMPT: "0" },
  });

/**
 * A git copy of the database: the one named by ADVISORY_DB, else ours below `folder`, which is made or brought up to
 * date if the network permits.
 */
export function copy(folder) {
  const named = process.env.ADVISORY_DB;
  if (named) return named;
  const own = join(folder, "advisory-db");
  const isThere = existsSync(join(own, "HEAD"));
  if (isThere && Date.now() - statSync(join(own, "HEAD")).mtimeMs < FRESH) return own;
  if (process.env.SUPPLY_CHAIN_OFFLINE) return isThere ? own : undefined;
  const got = isThere
    ? git(own, "fetch", "--quiet", "--depth", "1", ADDRESS, "+HEAD:refs/heads/main")
    : spawnSync("git", ["clone", "--quiet", "--bare", "--depth", "1", "--branch", "main", ADDRESS, own], {
        timeout: PATIENCE,
        env: { ...process.env, GIT_TERMINAL_PROMPT: "0" },
      });
  return got.status === 0 || isThere ? own : undefined;
}

/** The commit of a copy and the day it was made. */
export function edition(folder) {
  const [commit, date] = git(folder, "log", "-1", "--format=%H %cs", "HEAD").stdout.trim().split(" ");
  return { commit, date };
}

/** The advisories of a copy about packages of these names. */
export function read(folder, names) {
  const listed = git(folder, "ls-tree", "-r", "--name-only", "HEAD", "crates/").stdout.split("\n");
  const wanted = listed.filter((path) => path.endsWith(".md") && names.has(path.split("/")[1]));
  return wanted.map((path) => parse(git(folder, "show", `HEAD:${path}`).stdout, path));
}

/** What the TOML at the head of an advisory says, as far as it is needed here. */
export function parse(text, path) {
  const [, head] = /```toml\n([\s\S]*?)\n```/.exec(text) ?? [];
  if (head === undefined) throw new Error(`${path} is no advisory`);
  const [, id] = /^id\s*=\s*"([^"]+)"/m.exec(head) ?? [];
  const [, name] = /^package\s*=\s*"([^"]+)"/m.exec(head) ?? [];
  const versions = head.slice(head.search(/^\[versions\]/m));
  const list = (key) => {
    const [, items] = new RegExp(`^${key}\\s*=\\s*\\[([^\\]]*)\\]`, "m").exec(versions) ?? ["", ""];
    return [...items.matchAll(/"([^"]+)"/g)].map(([, requirement]) => requirement);
  };
  return {
    id,
    name,
    isWithdrawn: /^withdrawn\s*=/m.test(head),
    unaffected: [...list("patched"), ...list("unaffected")],
  };
}

/** Which advisories apply to which packages. */
export function applying(advisories, packages) {
  return advisories
    .filter(({ isWithdrawn }) => !isWithdrawn)
    .flatMap(({ id, name, unaffected }) =>
      packages
        .filter((p) => p.name === name && !unaffected.some((requirement) => meets(p.version, requirement)))
        .map((p) => ({ id, package: `${p.name} ${p.version}` })),
    );
}

/** Whole days from a day to now. */
export const ageInDays = (date) => Math.floor((Date.now() - Date.parse(date)) / 86_400_000);
