/**
 * A relay that is aborted leaves no core, though its limit permitted one and the kernel writes them for others.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";

const product = process.env.SANCTUARY_BIN;
/** Where the kernel writes cores: only a plain name puts them where a test can look. */
const pattern = readFileSync("/proc/sys/kernel/core_pattern", "utf8").trim();
const isPlain = /^[^|/]+$/.test(pattern);

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "sanctuary-core-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Starts a program where cores may be written, aborts it once it has printed something, and lists what it left. */
async function abort(command: string): Promise<{ signal: string | null; left: string[] }> {
  // Root can raise the limit; others get what they have.
  const script = `ulimit -H -c unlimited; ulimit -S -c $(ulimit -H -c); exec ${command}`;
  const child = spawn("sh", ["-c", script], { cwd: folder, stdio: ["ignore", "pipe", "ignore"] });
  const ended = once(child, "exit");
  let text = "";
  for await (const piece of child.stdout) {
    text += piece;
    if (text.includes("ready") || /ocked by the kernel.*\n/.test(text)) break;
  }
  child.kill("SIGABRT");
  const [, signal] = await ended;
  return { signal, left: readdirSync(folder) };
}

test("SIGABRT leaves no core of the relay", async () => {
  const { signal, left } = await abort(`${product} serve --listen 127.0.0.1:0`);
  expect(signal).toBe("SIGABRT");
  expect(left).toEqual([]);
});

test.skipIf(!isPlain)("control: SIGABRT leaves a core of another program", async () => {
  // A shell builtin keeps it waiting without a child.
  const { signal, left } = await abort(`sh -c 'echo ready; while :; do :; done'`);
  expect(signal).toBe("SIGABRT");
  expect(left.join()).toMatch(/^core/);
});
