/** When little time remains, it is said in time, in true words, and not for longer than it helps. */
import { expect, test } from "vitest";
import { timeWords } from "../../src/ui/room/time-marks";
import { wickMood } from "../../src/ui/wick-share";

const MINUTE_S = 60;

/** What is shown, or said, second by second, each once with the second at which it begins. */
function told(kind: "shown" | "aloud", fromS: number): [number, string][] {
  const all: [number, string][] = [];
  for (let s = fromS; s > 0; s--) {
    const words = timeWords(s * 1_000, fromS * 1_000)[kind];
    if (words !== (all.at(-1)?.[1] ?? "")) all.push([s, words]);
  }
  return all;
}

test("five minutes and one are shown for some seconds, and the last ten until the end", () => {
  const shown = told("shown", 60 * MINUTE_S);
  expect(shown.slice(0, 5)).toEqual([
    [300, "The room ends in 5 minutes."],
    [293, ""],
    [60, "The room ends in 1 minute."],
    [53, ""],
    [10, "The room ends in 10 seconds."],
  ]);
  expect(shown.slice(5).map(([s]) => s)).toEqual([9, 8, 7, 6, 5, 4, 3, 2, 1]);
  expect(shown.at(-1)).toEqual([1, "The room ends in 1 second."]);
});

test("aloud it is said once each, and ten minutes before, too", () => {
  expect(told("aloud", 60 * MINUTE_S).filter(([, words]) => words !== "")).toEqual([
    [600, "The room ends in 10 minutes."],
    [300, "The room ends in 5 minutes."],
    [60, "The room ends in 1 minute."],
    [10, "The room ends in 10 seconds."],
  ]);
});

test("a room does not begin with a warning, nor in the colour of one", () => {
  for (const minutes of [5, 10, 60]) {
    const ms = minutes * MINUTE_S * 1_000;
    expect(timeWords(ms, ms)).toEqual({ aloud: "", shown: "" });
    expect(wickMood(ms, ms)).toBe("calm");
    expect(wickMood(ms - 60_000, ms)).toBe("calm");
    expect(wickMood(120_000, ms)).toBe("warm");
    expect(wickMood(59_000, ms)).toBe("last");
  }
  expect(wickMood(10 * 60_000, 60 * 60_000)).toBe("warm");
});

test("what was slept through is not said late", () => {
  expect(timeWords(30_000, 600_000)).toEqual({ aloud: "", shown: "" });
});
