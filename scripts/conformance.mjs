/**
 * The WebSocket codec against Autobahn's cases, which kosoku runs: it drives `examples/echo` of sanctuary-server, which says
 * everything back. Left out are cases 12 and 13: compression, which the protocol does without.
 *
 * Returns what the cases came to. Cases that are informational pass: RFC 6455 leaves open what they look at.
 */
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";

const PASSED = new Set(["OK", "NON-STRICT", "INFORMATIONAL"]);

/** Fewer cases than that were not the suite. */
const LEAST = 200;

export async function conformance({ echo, python, reports }) {
  const outdir = join(reports, "websocket");
  rmSync(outdir, { recursive: true, force: true });
  const server = spawn(echo, ["127.0.0.1:0"], { stdio: ["ignore", "pipe", "inherit"] });
  try {
    const [address] = await once(createInterface({ input: server.stdout }), "line");
    const run = spawnSync(
      join(python, "bin", "kosoku"),
      ["-x", "12.*", "-x", "13.*", "-p", "4", "-o", outdir, `ws://${address}`],
      { stdio: "inherit" },
    );
    const cases = Object.entries(Object.values(JSON.parse(readFileSync(join(outdir, "index.json"), "utf8")))[0]);
    const bad = cases.filter(([, { behavior, behaviorClose }]) => !PASSED.has(behavior) || !PASSED.has(behaviorClose));
    for (const [id, { behavior, behaviorClose }] of bad) {
      process.stdout.write(`case ${id}: ${behavior}, close: ${behaviorClose}\n`);
    }
    const missing = cases.length < LEAST ? 1 : 0;
    return { code: run.status ?? 1, passed: cases.length - bad.length, failed: bad.length + missing };
  } finally {
    server.kill();
  }
}
