/** Times as people read them, and the wick that pictures them. */
import { expect, test } from "vitest";
import { wickMood, wickShare } from "../../src/ui/wick-share";
import { clock, spoken } from "../../src/ui/words/time";

const MINUTE_MS = 60_000;

test.each([
  [60 * MINUTE_MS, "60:00"],
  [59 * MINUTE_MS + 12_000, "59:12"],
  [5 * MINUTE_MS + 2_001, "5:03"],
  [1, "0:01"],
  [0, "0:00"],
  [-5_000, "0:00"],
])("%d ms on the clock: %s", (ms, words) => {
  expect(clock(ms)).toBe(words);
});

test.each([
  [59 * MINUTE_MS + 12_000, "59 minutes 12 seconds"],
  [2 * MINUTE_MS, "2 minutes"],
  [MINUTE_MS + 1_000, "1 minute 1 second"],
  [900, "1 second"],
  [0, "0 seconds"],
])("%d ms aloud: %s", (ms, words) => {
  expect(spoken(ms)).toBe(words);
});

test("the wick is whole at 60 minutes for every room, and gone at the end", () => {
  expect(wickShare(60 * MINUTE_MS)).toBe(1);
  expect(wickShare(15 * MINUTE_MS)).toBe(0.25);
  expect(wickShare(0)).toBe(0);
  expect(wickShare(-1)).toBe(0);
  expect(wickShare(61 * MINUTE_MS)).toBe(1);
});

test("the light is warmer in the last ten minutes and breathes in the last one", () => {
  expect(wickMood(10 * MINUTE_MS + 1, 60 * MINUTE_MS)).toBe("calm");
  expect(wickMood(10 * MINUTE_MS, 60 * MINUTE_MS)).toBe("warm");
  expect(wickMood(MINUTE_MS, 60 * MINUTE_MS)).toBe("last");
});
