#!/usr/bin/env node
/**
 * Builds the fuzz targets with the stable compiler, runs each for a while, and prints what came of it.
 *
 *   node scripts/fuzz.mjs run [TARGET...]         each for FUZZ_SECONDS (60), starting from fuzz/corpus
 *   node scripts/fuzz.mjs minimise [TARGET...]    writes into fuzz/corpus the fewest and smallest inputs that reach what
 *                                                 all inputs found so far reach
 *
 * What a run finds to be new stays in target/fuzz/corpus, what fails in target/fuzz/failures. libFuzzer is part of the
 * crate libfuzzer-sys, so nothing has to be installed; `cargo fuzz run TARGET` works too for those who have it.
 */
import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, readdirSync, rmSync, statSync } from "node:fs";
import { availableParallelism } from "node:os";
import { basename, dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const target = join(resolve(root, process.env.CARGO_TARGET_DIR ?? "target"), "fuzz");
const committed = join(root, "fuzz", "corpus");
const seconds = Number(process.env.FUZZ_SECONDS ?? 60);

/** Most bytes that minimised inputs of one target may have together, so that the repository stays small. */
const MOST_BYTES = 48 * 1024;

/** Coverage of edges and comparisons, as cargo-fuzz has it compiled; no sanitizer, since no code of ours is unsafe. */
const instrumented = [
  "-Cpasses=sancov-module",
  "-Cllvm-args=-sanitizer-coverage-level=4",
  "-Cllvm-args=-sanitizer-coverage-inline-8bit-counters",
  "-Cllvm-args=-sanitizer-coverage-pc-table",
  "-Cllvm-args=-sanitizer-coverage-trace-compares",
  "-Ccodegen-units=1",
  "--cfg=fuzzing",
];

/** Longest inputs in bytes, where the default of libFuzzer would be wrong. */
const longest = { room: 400, websocket: 6000, options: 400, units: 40, group_state: 2000 };

const rustc = spawnSync("rustc", ["-vV"], { encoding: "utf8" }).stdout;
const triple = /^host: (.+)$/m.exec(rustc)[1];

function build() {
  const args = ["build", "--release", "--bins", "--target", triple, "--target-dir", target];
  const { status } = spawnSync("cargo", [...args, "--manifest-path", join(root, "fuzz", "Cargo.toml")], {
    stdio: "inherit",
    env: { ...process.env, RUSTFLAGS: instrumented.join(" ") },
  });
  if (status !== 0) process.exit(status ?? 1);
}

const program = (name) => join(target, triple, "release", name);
const found = (name) => join(target, "corpus", name);

/** Runs a target; answers with its figures. */
function run(name) {
  const failures = join(target, "failures", name);
  for (const folder of [found(name), failures]) mkdirSync(folder, { recursive: true });
  const { status, stderr } = spawnSync(
    program(name),
    [
      `-max_total_time=${seconds}`,
      `-max_len=${longest[name] ?? 4096}`,
      `-artifact_prefix=${failures}/`,
      "-timeout=20",
      "-rss_limit_mb=2048",
      "-print_final_stats=1",
      "-verbosity=1",
      found(name),
      join(committed, name),
    ],
    { encoding: "utf8", maxBuffer: 64 << 20 },
  );
  const executions = Number(/number_of_executed_units: (\d+)/.exec(stderr)?.[1] ?? 0);
  const covered = Number([...stderr.matchAll(/cov: (\d+)/g)].at(-1)?.[1] ?? 0);
  if (status !== 0) process.stderr.write(`${stderr.split("\n").slice(-60).join("\n")}\n`);
  return { name, status, executions, covered, failures };
}

/** The inputs of a folder, the smallest first. */
function inputs(folder) {
  return readdirSync(folder)
    .map((file) => join(folder, file))
    .map((path) => ({ path, bytes: statSync(path).size }))
    .sort((a, b) => a.bytes - b.bytes || (a.path < b.path ? -1 : 1));
}

function minimise(name) {
  const merged = join(target, "merged", name);
  rmSync(merged, { recursive: true, force: true });
  for (const folder of [merged, found(name), join(committed, name)]) mkdirSync(folder, { recursive: true });
  const merge = ["-merge=1", `-max_len=${longest[name] ?? 4096}`, "-rss_limit_mb=2048"];
  const { status, stderr } = spawnSync(program(name), [...merge, merged, join(committed, name), found(name)], {
    encoding: "utf8",
    maxBuffer: 64 << 20,
  });
  if (status !== 0) {
    process.stderr.write(stderr);
    process.exit(1);
  }
  rmSync(join(committed, name), { recursive: true });
  mkdirSync(join(committed, name));
  let bytes = 0;
  for (const input of inputs(merged)) {
    bytes += input.bytes;
    if (bytes > MOST_BYTES) break;
    copyFileSync(input.path, join(committed, name, basename(input.path)));
  }
  process.stdout.write(`${name.padEnd(20)} ${readdirSync(join(committed, name)).length} inputs\n`);
}

const [what, ...chosen] = process.argv.slice(2);
const all = readdirSync(join(root, "fuzz", "fuzz_targets")).map((file) => file.replace(/\.rs$/, ""));
const unknown = chosen.filter((name) => !all.includes(name));
if (!["run", "minimise"].includes(what) || unknown.length > 0) {
  process.stderr.write(`usage: node scripts/fuzz.mjs run|minimise [TARGET...]   (targets: ${all.join(", ")})\n`);
  process.exit(2);
}
const names = chosen.length > 0 ? chosen : all;
build();
if (what === "minimise") {
  for (const name of names) minimise(name);
} else {
  const when = new Date().toISOString().slice(0, 10);
  process.stdout.write(`${names.length} targets, ${seconds} s each, one of ${availableParallelism()} processors, ${when}\n`);
  let failed = 0;
  let sum = 0;
  for (const name of names) {
    const { status, executions, covered, failures } = run(name);
    sum += executions;
    failed += status === 0 ? 0 : 1;
    const verdict = status === 0 ? "holds" : `FAILS, see ${failures}`;
    const figures = `${String(executions).padStart(12)} executions ${String(covered).padStart(7)} edges`;
    process.stdout.write(`${name.padEnd(20)} ${figures}  ${verdict}\n`);
  }
  process.stdout.write(`\n${sum} executions, ${names.length - failed} targets hold, ${failed} fail\n`);
  process.exitCode = failed === 0 ? 0 : 1;
}
