/** What is found in a text, how long ones are judged, how they are quoted, and when they are formatted. */
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { isLong } from "../../src/ui/rich/length";
import { inTurn } from "../../src/ui/rich/turns";
import { placesIn } from "../../src/ui/room/search/find-text";
import { firstLine } from "../../src/ui/words/first-line";
import { peopleWords, recipientWords } from "../../src/ui/words/people";

test("places are found without regard to case, one after the other", () => {
  expect(placesIn("Harbour, harbour", "harbour")).toEqual([0, 9]);
  expect(placesIn("aaa", "aa")).toEqual([0]);
  expect(placesIn("abc", "")).toEqual([]);
  // The dotted capital I is two letters in lower case: places must not move.
  expect(placesIn("İ harbour", "harbour")).toEqual([2]);
});

test("long and heavy texts are known by their letters and lines", () => {
  expect(isLong("a line")).toBe(false);
  expect(isLong("x".repeat(3_001))).toBe(true);
  expect(isLong("\n".repeat(31))).toBe(true);
});

test("a quote is one line without marks, and bounded", () => {
  expect(firstLine("# A **bold** _word_\n\n> and [a link](https://example.org)")).toBe(
    "A bold word and a link",
  );
  expect(firstLine("<b>typed</b> by `hand`")).toBe("typed by hand");
  expect(firstLine("snake_case_name")).toBe("snake_case_name");
  expect([...firstLine("🙂".repeat(500))].length).toBeLessThan(130);
  expect(firstLine("***")).toBe("…");
});

test("people in a sentence", () => {
  const named = (alias: string, self = false) => ({ alias, self }) as never;
  expect(peopleWords([named("Ada")])).toBe("Ada");
  expect(peopleWords([named("Ada"), named("Ben"), named("Cleo", true)])).toBe("Ada, Ben and you");
  expect(peopleWords([])).toBe("");
});

test("a whisper's recipients who have left are told of", () => {
  const you = { alias: "Cleo", self: true } as never;
  const ben = { alias: "Ben", self: false } as never;
  expect(recipientWords({ to: [you], left: 0 })).toBe("you");
  expect(recipientWords({ to: [you], left: 1 })).toBe("you and somebody who has left");
  expect(recipientWords({ to: [you, ben], left: 2 })).toBe("you, Ben and 2 others who have left");
  expect(recipientWords({ to: [], left: 1 })).toBe("somebody who has left");
});

let now = 0;
beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("requestAnimationFrame", (run: () => void) => setTimeout(run, 16));
  vi.stubGlobal("cancelAnimationFrame", clearTimeout);
  vi.spyOn(performance, "now").mockImplementation(() => now);
});
afterEach(() => {
  vi.runAllTimers();
  vi.useRealTimers();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

test("what takes long is spread over pictures, in order, and what was called off is not done", () => {
  const done: number[] = [];
  const work = (n: number) => () => {
    done.push(n);
    now += 10;
  };
  inTurn(work(1));
  inTurn(work(2));
  const callOff = inTurn(work(3));
  inTurn(work(4));
  expect(done).toEqual([1]);
  callOff();
  vi.advanceTimersByTime(16);
  expect(done).toEqual([1, 2]);
  vi.advanceTimersByTime(16);
  expect(done).toEqual([1, 2, 4]);
});
