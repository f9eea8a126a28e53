#!/usr/bin/env node
/**
 * Runs the proofs that nothing is stored, and prints a table: what is claimed, what was found, and whether the control
 * found something where there is something to be found.
 *
 *   node scripts/prove.mjs          (make prove builds what it needs)
 *
 * The proofs are tests like others (web/e2e/prove, web/e2e/profile.test.ts); here they run against the release build.
 *
 * Invariant: it succeeds only if every proof and every control was tried and held. What could not be tried here (no right to
 * trace, no plain name for cores) is named in the table and fails, since nothing is proven then.
 */
import assert from "node:assert/strict";
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
control();
const files = ["e2e/prove", "e2e/profile.test.ts"];
const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${report}`];
const { status } = spawnSync("npx", ["vitest", "run", "--config", "vitest.e2e.config.ts", ...reporters, ...files], {
  cwd: join(root, "web"),
  stdio: "inherit",
  env: {
    ...process.env,
    SANCTUARY_BIN: join(release, "sanctuary"),
    SANCTUARY_REMEMBERING: join(release, "examples", "remembering"),
    SANCTUARY_FAULTY: join(release, "examples", "faulty"),
  },
});

const { testResults } = JSON.parse(readFileSync(report, "utf8"));
const rows = rowsOf(testResults);
const width = Math.max(...rows.map(({ verdict }) => verdict.length));
process.stdout.write("\nWhat is claimed, each with a control that must find something\n\n");
for (const { claim, verdict } of rows) process.stdout.write(`  ${verdict.padEnd(width)}  ${claim}\n`);
process.stdout.write(
  "\nThe browser itself keeps the address that was opened, link secret included, in its history, and the random value of a tab whose\n" +
    "browser was closed or killed in the room; that opens nothing once the session has ended (SECURITY.md). The password stands nowhere.\n",
);
const count = (verdict) => rows.filter((row) => row.verdict === verdict).length;
process.stdout.write(`\n${count("holds")} passed, ${count("FAILS")} failed, ${count("NOT TRIED")} not tried\n`);
if (count("NOT TRIED") > 0) {
  process.stdout.write(
    "What was not tried is not proven. It takes strace with the right to trace (ptrace), and a kernel that writes cores under a plain\n" +
      "name (sysctl kernel.core_pattern=core).\n",
  );
}
process.exitCode = isProven(status, rows) ? 0 : 1;

/** One row for each test, and one for each file that failed as a whole. A test that did not run proves nothing. */
function rowsOf(results) {
  return results.flatMap(({ name, status, message, assertionResults }) => {
    const tests = assertionResults.map(({ ancestorTitles, title, status }) => ({
      claim: [...ancestorTitles, title].filter(Boolean).join(": "),
      verdict: { passed: "holds", failed: "FAILS" }[status] ?? "NOT TRIED",
    }));
    const isNamed = status !== "failed" || tests.some(({ verdict }) => verdict === "FAILS");
    return isNamed ? tests : [...tests, { claim: `${name}: ${message || "does not run"}`, verdict: "FAILS" }];
  });
}

/** Whether the runner and all rows say so. */
function isProven(status, rows) {
  return status === 0 && rows.length > 0 && rows.every(({ verdict }) => verdict === "holds");
}

/** Throws if something that is not proven would pass for proven. */
function control() {
  const outcome = (...statuses) =>
    rowsOf([
      {
        name: "file",
        status: statuses.includes("failed") ? "failed" : "passed",
        assertionResults: statuses.map((status) => ({ ancestorTitles: ["made up"], title: status, status })),
      },
    ]);
  assert(isProven(0, outcome("passed", "passed")));
  for (const other of ["failed", "skipped", "pending", "todo", "disabled"]) {
    assert(!isProven(0, outcome("passed", other)), other);
    assert.notEqual(outcome(other)[0].verdict, "holds");
  }
  assert(!isProven(1, outcome("passed")));
  assert(!isProven(null, outcome("passed")));
  assert(!isProven(0, []));
  assert(!isProven(0, rowsOf([{ name: "file", status: "failed", message: "", assertionResults: [] }])));
}
