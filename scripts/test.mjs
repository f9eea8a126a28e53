#!/usr/bin/env node
/**
 * Runs test suites one after another and ends with one line: "N passed, N failed".
 *
 *   node scripts/test.mjs rust websocket web interop integration e2e
 *
 * The sums come from the runners' own reports. A runner that fails without naming a failed test (a file that does not
 * load, a crash, nothing to run) counts as one failed test, so that it can never pass for success.
 */
import { spawn } from "node:child_process";
import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { conformance } from "./conformance.mjs";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const target = resolve(root, process.env.CARGO_TARGET_DIR ?? "target");
const reports = join(target, "test-reports");
const debug = join(target, "debug");

/** The programs that the TypeScript suites drive; `make` builds them first. */
const programs = {
  SANCTUARY_BIN: join(debug, "sanctuary"),
  SANCTUARY_PEER: join(debug, "examples", "peer"),
  SANCTUARY_MEMBER: join(debug, "examples", "member"),
  SANCTUARY_REMEMBERING: join(debug, "examples", "remembering"),
  SANCTUARY_FAULTY: join(debug, "examples", "faulty"),
};

const suites = {
  rust: () => cargo(["test", "--workspace", "--locked", "--no-fail-fast"]),
  websocket: () =>
    conformance({
      echo: join(debug, "examples", "echo"),
      python: join(target, "conformance"),
      reports,
    }),
  web: () => vitest("web", "test"),
  interop: () => vitest("interop", "interop"),
  integration: () => vitest("integration", "integration"),
  e2e: () => vitest("e2e", "e2e"),
};

async function cargo(args) {
  const { code, output } = await run("cargo", args, root);
  let passed = 0;
  let failed = 0;
  for (const [, ok, bad] of output.matchAll(/^test result: \w+\. (\d+) passed; (\d+) failed;/gm)) {
    passed += Number(ok);
    failed += Number(bad);
  }
  return { code, passed, failed };
}

async function vitest(name, script) {
  const report = join(reports, `${name}.json`);
  rmSync(report, { force: true });
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${report}`];
  const { code } = await run("npm", ["run", "--silent", script, "--", ...reporters], join(root, "web"));
  try {
    const { numPassedTests, numFailedTests } = JSON.parse(readFileSync(report, "utf8"));
    return { code, passed: numPassedTests, failed: numFailedTests };
  } catch {
    return { code: code || 1, passed: 0, failed: 0 };
  }
}

/** Runs a command, showing its output while it comes and keeping standard output for counting. */
function run(command, args, cwd) {
  return new Promise((done) => {
    const child = spawn(command, args, {
      cwd,
      env: { ...process.env, ...programs },
      stdio: ["ignore", "pipe", "inherit"],
    });
    let output = "";
    child.stdout.setEncoding("utf8").on("data", (text) => {
      output += text;
      process.stdout.write(text);
    });
    child.on("error", (error) => {
      process.stderr.write(`${command}: ${error.message}\n`);
      done({ code: 1, output });
    });
    child.on("close", (code) => done({ code: code ?? 1, output }));
  });
}

const names = process.argv.slice(2);
const unknown = names.filter((name) => !(name in suites));
if (names.length === 0 || unknown.length > 0) {
  process.stderr.write(`usage: node scripts/test.mjs SUITE...   (suites: ${Object.keys(suites).join(", ")})\n`);
  process.exit(2);
}

mkdirSync(reports, { recursive: true });
const rows = [];
for (const name of names) {
  process.stdout.write(`\n== ${name}\n`);
  const begun = performance.now();
  const { code, passed, failed } = await suites[name]();
  const unnamed = failed === 0 && (code !== 0 || passed === 0) ? 1 : 0;
  rows.push({ name, passed, failed: failed + unnamed, seconds: (performance.now() - begun) / 1000 });
}

process.stdout.write("\n");
for (const { name, passed, failed, seconds } of rows) {
  process.stdout.write(`${name.padEnd(12)} ${passed} passed, ${failed} failed in ${seconds.toFixed(0)} s\n`);
}
const sum = (field) => rows.reduce((total, row) => total + row[field], 0);
process.stdout.write(`\n${sum("passed")} passed, ${sum("failed")} failed\n`);
process.exitCode = sum("failed") === 0 ? 0 : 1;
