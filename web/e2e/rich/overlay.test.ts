/**
 * What is ours in a message lies over everything its author can do, and can be read: by what is under the pointer, on a phone
 * and on a desktop.
 */
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { launchChromium, VIEWPORTS } from "../harness/browser";
import { Relay } from "../harness/relay";
import { OVERLAYS } from "./attacks";
import { buildLab, type LabFiles, openLab } from "./lab-page";

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

test.each(["phone", "desktop"] as const)("nothing covers our parts on a %s", async (device) => {
  const { page } = await openLab(browser, relay, files, true, { viewport: VIEWPORTS[device] });
  const { bad, formatted } = await page.evaluate((list) => window.lab.show(list), [...OVERLAYS]);
  const told = bad.map(({ text, faults }) => `${faults.slice(0, 3).join("; ")}: ${text}`);
  expect(told).toEqual([]);
  expect(formatted).toBe(OVERLAYS.length);
});

test("text in a line reaches no further than its line, whatever it is given", async () => {
  const { page } = await openLab(browser, relay, files, true);
  const reach = await page.evaluate(() => {
    window.lab.stage('above<br><i style="padding:1.5rem;background:red">x</i>');
    const line = document.querySelector(".lab-stage i") as HTMLElement;
    const { top } = line.getBoundingClientRect();
    const above = document.createRange();
    above.selectNode(line.parentElement?.firstChild as Node);
    return above.getBoundingClientRect().bottom - top;
  });
  expect(reach).toBeLessThanOrEqual(1);
});

test("control: the auditor finds what lies over a part, and a part that shows what is behind it", async () => {
  const { page } = await openLab(browser, relay, files, false);
  const faults = await page.evaluate(() => window.lab.cover("[x](https://elsewhere.example)"));
  expect(faults).toContain("b covers rich-host");
  expect(faults).toContain("rich-host shows what is behind it");
});
