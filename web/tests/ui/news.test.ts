/** What is told to somebody who reads further up. */
import { expect, test } from "vitest";
import type { Entry, Person } from "../../src/session/types";
import { newsSince, newsWords } from "../../src/ui/room/news";

const said = (key: string, self = false): Entry => ({
  kind: "message",
  key,
  from: { id: self ? "ada" : "ben", self } as Person,
  body: key,
  at: 0,
  delivery: undefined,
});
const joined: Entry = { kind: "joined", key: "j", who: {} as Person, at: 0 };

test("messages that came since are counted, notices are not", () => {
  const before = [said("1"), said("2")];
  const now = [...before, joined, said("3"), said("4", true), said("5")];
  expect(newsSince(before, now)).toMatchObject({ own: 1, others: 2, first: "3" });
  expect(newsSince(now, now)).toEqual({
    own: 0,
    others: 0,
    first: undefined,
    weighty: undefined,
  });
  expect(newsSince([], now)).toMatchObject({ own: 1, others: 4, first: "1" });
});

test("what was taken out or let go in the meantime is not counted again", () => {
  const before = [said("1"), said("2"), joined];
  expect(newsSince(before, [said("2"), said("3")])).toMatchObject({
    own: 0,
    others: 1,
    first: "3",
  });
  expect(newsSince(before, [said("3"), said("4")])).toMatchObject({
    own: 0,
    others: 2,
    first: "3",
  });
});

test("the number is told up to a thousand", () => {
  expect([1, 2, 999, 1000].map((count) => newsWords(count, "gap"))).toEqual([
    "1 new message",
    "2 new messages",
    "999 new messages",
    "More than 999 new messages",
  ]);
});

test("a notice that asks for attention is told, unless there are messages to read with it", () => {
  const tried: Entry = { kind: "wrong-password", key: "w", count: 3, at: 0 };
  expect(newsSince([joined], [joined, tried]).weighty).toBe("wrong-password");
  expect(newsSince([], [tried, joined]).weighty).toBe("wrong-password");
  expect(newsSince([tried], [tried, joined]).weighty).toBeUndefined();
  expect(newsWords(0, "wrong-password")).toBe("Someone tried a wrong password");
  expect(newsWords(0, "damaged")).toBe("See what happened");
  expect(newsWords(0, undefined)).toBe("Go to the latest");
});
