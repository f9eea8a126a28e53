/**
 * Measures how long the work takes that a relay under load demands (docs/PROTOCOL.md, section 5.8), on each level, in Chromium
 * with and without a just-in-time compiler, and prints a table: `npx vite-node e2e/work.ts`.
 *
 * The code is the client's own, bundled alone; it runs on the page's thread, where it is as fast as in a worker.
 */
import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import { build } from "vite";

/** Pieces of work per level; fewer where one takes long. */
const PIECES = 9;
/** The levels that are measured, by their bits; each further bit takes twice as long. */
const BITS = { jit: [13, 14, 16, 18], jitless: [13, 14] } as const;

const out = mkdtempSync(join(tmpdir(), "sanctuary-work-"));
await build({
  logLevel: "error",
  configFile: false,
  build: {
    outDir: out,
    lib: {
      entry: fileURLToPath(new URL("../src/e2ee/work.ts", import.meta.url)),
      formats: ["iife"],
      name: "work",
      fileName: () => "work.js",
    },
  },
});
const script = readFileSync(join(out, "work.js"), "utf8");

interface Work {
  findWork(challenge: Uint8Array, bits: number, onProgress: () => void): Promise<Uint8Array>;
}

for (const engine of ["jit", "jitless"] as const) {
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", ...(engine === "jit" ? [] : ["--js-flags=--jitless"])],
  });
  const page = await browser.newPage();
  await page.addScriptTag({ content: script });
  for (const bits of BITS[engine]) {
    const times: number[] = [];
    for (let n = 0; n < (bits > 16 || engine === "jitless" ? 3 : PIECES); n += 1) {
      times.push(await page.evaluate(measure, bits));
    }
    times.sort((a, b) => a - b);
    const seconds = (ms = 0) => `${(ms / 1000).toFixed(2)} s`.padStart(9);
    const median = seconds(times[Math.floor(times.length / 2)]);
    process.stdout.write(
      `${engine.padEnd(8)} ${bits} bits: median ${median}, most ${seconds(times.at(-1))}\n`,
    );
  }
  await browser.close();
}

async function measure(bits: number): Promise<number> {
  const { work } = globalThis as unknown as { work: Work };
  const challenge = crypto.getRandomValues(new Uint8Array(16));
  const begun = performance.now();
  await work.findWork(challenge, bits, () => {});
  return performance.now() - begun;
}
