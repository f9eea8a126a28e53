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
  expect(newsSince(before, now)).toEqual({ own: 1, others: 2, first: "3" });
  expect(newsSince(now, now)).toEqual({ own: 0, others: 0, first: undefined });
  expect(newsSince([], now)).toEqual({ own: 1, others: 4, first: "1" });
});

test("what was taken out or let go in the meantime is not counted again", () => {
  const before = [said("1"), said("2"), joined];
  expect(newsSince(before, [said("2"), said("3")])).toEqual({ own: 0, others: 1, first: "3" });
  expect(newsSince(before, [said("3"), said("4")])).toEqual({ own: 0, others: 2, first: "3" });
});

test("the number is told up to a thousand", () => {
  expect([1, 2, 999, 1000].map(newsWords)).toEqual([
    "1 new message",
    "2 new messages",
    "999 new messages",
    "More than 999 new messages",
  ]);
});
