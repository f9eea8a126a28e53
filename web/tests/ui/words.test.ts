/** The words that people, and whoever drives the product from outside, tell states apart by. */
import { describe, expect, test } from "vitest";
import type { Ended, Person } from "../../src/session/types";
import type { Notice } from "../../src/ui/room/blocks";
import { noticeWords } from "../../src/ui/room/notice-words";
import { endedWords } from "../../src/ui/words/ended";
import { problemWords } from "../../src/ui/words/problems";

const ALL: readonly Ended[] = [
  "left",
  "purging",
  "purged",
  "expired",
  "gone",
  "replaced",
  "evicted",
  "locked-out",
  "relay-stopped",
  "tampered",
];

const pageOf = (why: Ended): string => Object.values(endedWords(why)).join(" ");

describe("each end of a room has its word, on its own page only, once", () => {
  test.each([
    ["left", ["left"]],
    ["purged", ["purged"]],
    ["expired", ["expired", "gone"]],
    ["this session has expired or never existed", ["gone"]],
  ])("%s", (word, pages) => {
    const pattern = new RegExp(word, "gi");
    expect(ALL.filter((why) => pageOf(why).match(pattern))).toEqual(pages);
    for (const why of pages) expect(pageOf(why as Ended).match(pattern)).toHaveLength(1);
  });
});

test("what is told to outsiders is worded as promised, to the letter", () => {
  expect(pageOf("gone")).toContain("this session has expired or never existed");
  const { text } = problemWords({ name: "wrong-password", retryAfterMs: 0 });
  expect(text).toContain("wrong password");
});

test("who purged is not named", () => {
  expect(pageOf("purged")).toMatch(/somebody/i);
});

test("a wrong password is called that, stands at its field, and costs its time", () => {
  const words = problemWords({ name: "wrong-password", retryAfterMs: 2_000 });
  expect(words.text).toMatch(/wrong password/i);
  expect(words).toMatchObject({ field: "password", retryAfterMs: 2_000 });
});

const person = (id: string, self = false): Person => ({
  id,
  alias: id,
  words: ["amber", "ladder"],
  mark: new Uint8Array(32),
  self,
  presence: "here",
});
const [me, ada, ben, cleo] = [person("me", true), person("Ada"), person("Ben"), person("Cleo")];
const line = (...notices: Notice[]): string =>
  noticeWords(notices, me)
    .map((part) => (typeof part === "string" ? part : part.alias))
    .join("");
const came = (who: Person, kind: "joined" | "left" = "joined"): Notice => ({
  kind,
  key: who.id,
  who,
  at: 0,
});

describe("notices", () => {
  test("one joined, several joined, the same one twice", () => {
    expect(line(came(ada))).toBe("Ada joined");
    expect(line(came(ada), came(ben))).toBe("Ada and Ben joined");
    expect(line(came(ada), came(ben), came(cleo))).toBe("Ada, Ben and Cleo joined");
    expect(line(came(ada), came(ada))).toBe("Ada joined");
    expect(line(came(ben, "left"))).toBe("Ben left");
  });

  test("a wrong password is told, with the number of tries once there are more", () => {
    const tried = (count: number): Notice => ({ kind: "wrong-password", key: "w", count, at: 0 });
    expect(line(tried(1))).toMatch(/^Someone tried a wrong password/);
    expect(line(tried(4))).toMatch(/^Someone tried a wrong password.*4 times/);
  });

  test("who removed whom", () => {
    expect(line({ kind: "removed", key: "r", who: ada, by: ben, at: 0 })).toBe("Ben removed Ada");
    expect(line({ kind: "removed", key: "r", who: ada, by: me, at: 0 })).toBe("You removed Ada");
  });

  test("the newcomer is told that the alias is taken, and by what to be told apart", () => {
    const words = line({ kind: "alias-taken", key: "a", alias: "me", at: 0 });
    expect(words).toMatch(/already/);
    expect(words).toContain("amber ladder");
  });
});
