/**
 * Hostile messages, in a real browser: our own list, and public ones where there are any.
 *
 * Each is shown as a receiver shows it, disturbed in every way a reader could, and audited. The same lists are put
 * in raw on a page without protection, where they must run: the control.
 */
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { launchChromium } from "../harness/browser";
import { Relay } from "../harness/relay";
import { ATTACKS, EXECUTING, HEAVY, LOADING } from "./attacks";
import { corpus } from "./corpus";
import { buildLab, type LabFiles, type LabPage, openLab } from "./lab-page";

/** Texts shown in one go; between two the page draws. */
const BATCH = 200;
/** The longest that one message may keep the page, in milliseconds, on a machine that is busy with other things. */
const SLOWEST_MS = 4_000;

/** For what the browser does in its own time. */
const WAIT = { timeout: 60_000 };
/** For a list of thousands of texts on a machine that is busy with other things, in milliseconds. */
const LIST_LIMIT_MS = 600_000;

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

const batches = (texts: readonly string[]): string[][] =>
  Array.from({ length: Math.ceil(texts.length / BATCH) }, (_, i) =>
    texts.slice(i * BATCH, (i + 1) * BATCH),
  );

/** Shows everything, and expects nothing to have happened. */
async function expectQuiet(lab: LabPage, texts: readonly string[]): Promise<void> {
  let formatted = 0;
  for (const batch of batches(texts)) {
    const {
      bad,
      formatted: count,
      slowest,
    } = await lab.page.evaluate((list) => window.lab.show(list), batch);
    expect(bad).toEqual([]);
    expect(slowest.ms, slowest.text.slice(0, 80)).toBeLessThan(SLOWEST_MS);
    formatted += count;
  }
  await lab.page.evaluate(() => window.lab.settle());
  expect(await lab.page.evaluate(() => window.executions)).toBe(0);
  expect(lab.requests).toEqual([]);
  expect(lab.faults).toEqual([]);
  expect(formatted).toBeGreaterThan(0);
}

describe.each([
  ["under the real policy", true],
  ["with nothing but the sanitizer", false],
])("%s", (_, protect) => {
  test("our own attacks do nothing, send nothing, and stay in their box", async () => {
    await expectQuiet(await openLab(browser, relay, files, protect), ATTACKS);
  });

  test("a public corpus does nothing", { timeout: LIST_LIMIT_MS }, async ({ skip }) => {
    const texts = corpus();
    if (texts.length === 0) skip("the corpus is not on this machine");
    await expectQuiet(await openLab(browser, relay, files, protect), texts);
  });

  test("what is made to keep the page busy does not", { timeout: LIST_LIMIT_MS }, async () => {
    const lab = await openLab(browser, relay, files, protect);
    for (const text of HEAVY) {
      const { bad, slowest } = await lab.page.evaluate((one) => window.lab.show([one]), text);
      expect(bad.map(({ faults }) => faults.slice(0, 3))).toEqual([]);
      expect(slowest.ms, text.slice(0, 80)).toBeLessThan(SLOWEST_MS);
    }
    expect(await lab.page.evaluate(() => window.executions)).toBe(0);
    expect(lab.requests).toEqual([]);
  });

  test("DOMPurify as it is set up suffices by itself", { timeout: LIST_LIMIT_MS }, async () => {
    const lab = await openLab(browser, relay, files, protect);
    for (const batch of batches([...ATTACKS, ...corpus()]))
      await lab.page.evaluate((list) => window.lab.purifyAlone(list), batch);
    await lab.page.evaluate(() => window.lab.settle());
    expect(await lab.page.evaluate(() => window.executions)).toBe(0);
    expect(lab.requests).toEqual([]);
  });
});

test("control: put in raw, on a page without a policy, the same texts run and send", async () => {
  const lab = await openLab(browser, relay, files, false);
  for (const batch of batches(EXECUTING))
    await lab.page.evaluate((list) => window.lab.raw(list), batch);
  await expect.poll(() => lab.page.evaluate(() => window.executions), WAIT).toBeGreaterThan(400);

  const loading = await openLab(browser, relay, files, false);
  await loading.page.evaluate((list) => window.lab.raw(list), [...LOADING]);
  await expect.poll(() => loading.requests.length, WAIT).toBeGreaterThan(10);
});

test("control: the public corpus runs too", { timeout: LIST_LIMIT_MS }, async ({ skip }) => {
  const texts = corpus();
  if (texts.length === 0) skip("the corpus is not on this machine");
  // Some of its lines break the page they run in: each batch gets one of its own.
  let executions = 0;
  for (const batch of batches(texts)) {
    const { page } = await openLab(browser, relay, files, false);
    await page.evaluate((list) => window.lab.raw(list), batch);
    executions += await page.evaluate(() => window.executions);
    await page.context().close();
  }
  expect(executions).toBeGreaterThan(400);
});
