#!/usr/bin/env node
/**
 * Runs the proofs that nothing is stored, and prints a table: what is claimed, what was found, and whether the control
 * found something where there is something to be found.
 *
 *   node scripts/prove.mjs          (make prove builds what it needs)
 *
 * The proofs are tests like others (web/e2e/prove, web/e2e/profile.test.ts); here they run against the release build.
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const target = resolve(root, process.env.CARGO_TARGET_DIR ?? "target");
const release = join(target, "release");
const report = join(target, "test-reports", "prove.json");

mkdirSync(dirname(report), { recursive: true });
rmSync(report, { force: true });
const files = ["e2e/prove", "e2e/profile.test.ts"];
const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${report}`];
spawnSync("npx", ["vitest", "run", "--config", "vitest.e2e.config.ts", ...reporters, ...files], {
  cwd: join(root, "web"),
  stdio: "inherit",
  env: {
    ...process.env,
    SANCTUARY_BIN: join(release, "sanctuary"),
    SANCTUARY_REMEMBERING: join(release, "examples", "remembering"),
    SANCTUARY_FAULTY: join(release, "examples", "faulty"),
  },
});

/** A test that did not run proves nothing, and is shown as that. */
const verdicts = {
  passed: "holds",
  failed: "FAILS",
  skipped: "not tried here",
  pending: "not tried here",
};

const { testResults } = JSON.parse(readFileSync(report, "utf8"));
const rows = testResults
  .flatMap(({ assertionResults }) => assertionResults)
  .map(({ ancestorTitles, title, status }) => ({
    claim: [...ancestorTitles, title].filter(Boolean).join(": "),
    verdict: verdicts[status] ?? status,
  }));
const width = Math.max(...Object.values(verdicts).map((verdict) => verdict.length));
process.stdout.write("\nWhat is claimed, each with a control that must find something\n\n");
for (const { claim, verdict } of rows)
  process.stdout.write(`  ${verdict.padEnd(width)}  ${claim}\n`);
process.stdout.write(
  "\nThe browser itself keeps the address that was opened, link secret included, in its history; the password stands nowhere.\n",
);
const count = (verdict) => rows.filter((row) => row.verdict === verdict).length;
const failed = count(verdicts.failed) + (rows.length === 0 ? 1 : 0);
process.stdout.write(
  `\n${count(verdicts.passed)} passed, ${failed} failed, ${count(verdicts.skipped)} skipped\n`,
);
process.exitCode = failed === 0 ? 0 : 1;
