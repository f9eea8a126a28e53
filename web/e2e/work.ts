/**
 * Measures how long the work takes that a relay under load demands (docs/PROTOCOL.md, section 5.8), on each level, in Chromium
 * with and without a just-in-time compiler, and slowed down as a stand-in for a phone, and prints a table:
 * `npx vite-node e2e/work.ts`.
 *
 * The code is the client's own, bundled alone; it runs on the page's thread, where it is as fast as in a worker. That is also
 * what makes slowing down mean something: Chromium slows the page's thread only (the row "worker" shows it).
 */
import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium, type Page } from "playwright-core";
import { build } from "vite";

/** Pieces of work per level; fewer where one takes long. */
const PIECES = 9;
/** The levels that are measured, by their bits; each further bit takes twice as long. */
const BITS = { jit: [13, 14, 16, 18], jitless: [13, 14] } as const;

/** How many times slower the processor is made: what Chromium's developer tools call a mid-range and a low-end phone. */
const SLOWER = [4, 6];
/** The bits of the first level, and the one after it. */
const FIRST_BITS = [13, 14];

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
    await report(engine, bits, bits > 16 || engine === "jitless" ? 3 : PIECES, () =>
      page.evaluate(measure, bits),
    );
  }
  if (engine === "jit") {
    for (const rate of SLOWER) {
      await slow(page, rate);
      for (const bits of FIRST_BITS)
        await report(`${rate} times slower`, bits, PIECES, () => page.evaluate(measure, bits));
    }
    await report("worker", 13, PIECES, () => page.evaluate(measureInWorker, { script, bits: 13 }));
  }
  await browser.close();
}

/** Has Chromium slow down the page's thread, by letting it run for a part of the time. */
async function slow(page: Page, rate: number): Promise<void> {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send("Emulation.setCPUThrottlingRate", { rate });
}

/** Prints one row. */
async function report(
  name: string,
  bits: number,
  pieces: number,
  piece: () => Promise<number>,
): Promise<void> {
  const times: number[] = [];
  for (let n = 0; n < pieces; n += 1) times.push(await piece());
  times.sort((a, b) => a - b);
  const seconds = (ms = 0) => `${(ms / 1000).toFixed(2)} s`.padStart(9);
  const median = seconds(times[Math.floor(times.length / 2)]);
  process.stdout.write(
    `${name.padEnd(14)} ${bits} bits: median ${median}, most ${seconds(times.at(-1))}\n`,
  );
}

async function measure(bits: number): Promise<number> {
  const { work } = globalThis as unknown as { work: Work };
  const challenge = crypto.getRandomValues(new Uint8Array(16));
  const begun = performance.now();
  await work.findWork(challenge, bits, () => {});
  return performance.now() - begun;
}

async function measureInWorker(task: { script: string; bits: number }): Promise<number> {
  const code = `${task.script}
onmessage = async ({ data }) => {
  const begun = performance.now();
  await work.findWork(crypto.getRandomValues(new Uint8Array(16)), data, () => {});
  postMessage(performance.now() - begun);
};`;
  const worker = new Worker(URL.createObjectURL(new Blob([code])));
  return new Promise((resolve) => {
    worker.onmessage = ({ data }) => {
      worker.terminate();
      resolve(data);
    };
    worker.postMessage(task.bits);
  });
}
