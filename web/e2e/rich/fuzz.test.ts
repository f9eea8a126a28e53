/**
 * Random documents, damaged at random: none runs, none leaves something that must not be there, and sanitizing twice is
 * sanitizing once. `SANCTUARY_FUZZ=100000` plays so many; `SANCTUARY_FUZZ_SEED` begins elsewhere.
 */
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { launchChromium } from "../harness/browser";
import { Relay } from "../harness/relay";
import { buildLab, type LabFiles, openLab } from "./lab-page";

/** Documents in a usual run: some seconds. */
const USUAL = 10_000;
const BATCH = 500;
/** Per document, in milliseconds, on a busy machine. */
const SLOW_MS = 20;

const count = Number(process.env.SANCTUARY_FUZZ ?? USUAL);
const first = Number(process.env.SANCTUARY_FUZZ_SEED ?? 1);

let relay: Relay;
let browser: Browser;
let files: LabFiles;

beforeAll(async () => {
  [relay, browser, files] = await Promise.all([Relay.start(), launchChromium(), buildLab()]);
});
afterAll(async () => {
  await browser?.close();
  await relay?.stop();
});

test(`${count} random documents do nothing`, { timeout: 60_000 + count * SLOW_MS }, async () => {
  const lab = await openLab(browser, relay, files, false);
  let formatted = 0;
  let refused = 0;
  for (let done = 0; done < count; done += BATCH) {
    const seed = first + done;
    const result = await lab.page.evaluate(
      ([from, documents]) => window.lab.fuzz(from, documents),
      [seed, Math.min(BATCH, count - done)] as const,
    );
    expect(result.faults, `seed ${seed}`).toEqual([]);
    formatted += result.formatted;
    refused += result.refused;
  }
  await lab.page.evaluate(() => window.lab.settle());
  expect(await lab.page.evaluate(() => window.executions)).toBe(0);
  expect(lab.requests).toEqual([]);
  // Most are documents that are really formatted, and few are refused for their size; of the others nothing would be seen.
  expect(refused).toBeLessThan(count * 0.1);
  expect(formatted).toBeGreaterThan(count * 0.8);
});

test("control: the auditor finds something in most of them when nobody sanitizes", async () => {
  const lab = await openLab(browser, relay, files, false);
  const found = await lab.page.evaluate((seed) => window.lab.fuzzRaw(seed, 1_000), first);
  expect(found).toBeGreaterThan(500);
});
