/** Grouping of the conversation: nothing lost, nothing moved, nothing drawn twice. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Entry, Person } from "../../src/session/types";
import { type Block, blocks, RUN_PAUSE_MS, sharedAliases } from "../../src/ui/room/blocks";

const person = (id: string, alias = id): Person => ({
  id,
  alias,
  words: ["one", "two"],
  mark: new Uint8Array(32),
  self: id === "ada",
  presence: "here",
});
const [ada, ben] = [person("ada"), person("ben")];

const said = (key: string, from: Person, at = 0, body = key): Entry => ({
  kind: "message",
  key,
  from,
  body,
  at,
  delivery: undefined,
});
const joined = (key: string, who: Person): Entry => ({ kind: "joined", key, who, at: 0 });

const entriesOf = (block: Block): readonly Entry[] =>
  block.kind === "run" ? block.messages : block.notices;

describe("runs", () => {
  test("messages of one author in a row make one run", () => {
    const made = blocks([said("1", ada), said("2", ada), said("3", ben), said("4", ada)]);
    expect(made.map((block) => entriesOf(block).length)).toEqual([2, 1, 1]);
  });

  test("two people with the same alias are two authors", () => {
    const made = blocks([said("1", person("x", "Kim")), said("2", person("y", "Kim"))]);
    expect(made).toHaveLength(2);
  });

  test("a long pause begins a new run", () => {
    const made = blocks([said("1", ada, 0), said("2", ada, RUN_PAUSE_MS)]);
    expect(made).toHaveLength(2);
  });

  test("a notice between them begins a new run", () => {
    const made = blocks([said("1", ada), joined("2", ben), said("3", ada)]);
    expect(made.map((block) => block.kind)).toEqual(["run", "notice", "run"]);
  });
});

describe("notices", () => {
  test("people who come in a row are told in one line", () => {
    expect(blocks([joined("1", ada), joined("2", ben)])).toHaveLength(1);
  });

  test("removals stand alone", () => {
    const removed = (key: string): Entry => ({ kind: "removed", key, who: ben, by: ada, at: 0 });
    expect(blocks([removed("1"), removed("2")])).toHaveLength(2);
  });
});

const anyEntry = fc
  .record({
    kind: fc.constantFrom("message", "joined", "left", "wrong-password", "gap", "damaged"),
    who: fc.constantFrom(ada, ben),
    at: fc.integer({ min: 0, max: 3 * RUN_PAUSE_MS }),
  })
  .map(({ kind, who, at }, key = 0): ((n: number) => Entry) => {
    return (n) => {
      const name = `${key}-${n}`;
      if (kind === "message") return said(name, who, at);
      if (kind === "wrong-password") return { kind, key: name, count: n, at };
      if (kind === "gap" || kind === "damaged") return { kind, key: name, at };
      return { kind: kind as "joined" | "left", key: name, who, at };
    };
  });
const anyEntries = fc.array(anyEntry).map((makers) => makers.map((make, n) => make(n)));

test("every entry is in exactly one block, in order", () => {
  fc.assert(
    fc.property(anyEntries, (entries) => {
      expect(blocks(entries).flatMap(entriesOf)).toEqual(entries);
    }),
  );
});

test("as a conversation grows, only its last block is made anew", () => {
  fc.assert(
    fc.property(anyEntries, (entries) => {
      let before: readonly Block[] = [];
      for (let n = 1; n <= entries.length; n++) {
        const now = blocks(entries.slice(0, n), before);
        const kept = Math.max(0, Math.min(before.length - 1, now.length - 1));
        expect(now.slice(0, kept).every((block, i) => block === before[i])).toBe(true);
        before = now;
      }
    }),
  );
});

test("an entry that changed makes its block anew, and no other", () => {
  const first = [said("1", ada), said("2", ben), said("3", ada)];
  const before = blocks(first);
  const after = blocks([first[0], said("2", ben, 0, "changed"), first[2]] as Entry[], before);
  expect(after.map((block, i) => block === before[i])).toEqual([true, false, true]);
});

test("aliases are shared when two people bear them, not when one person writes twice", () => {
  expect(sharedAliases([ada, ada, ben])).toEqual(new Set());
  expect(sharedAliases([ada, person("x", "ada")])).toEqual(new Set(["ada"]));
});

test("aliases that look alike, or like nothing, count as shared", () => {
  expect(sharedAliases([ada, person("x", "Ada\uFE0F")])).toEqual(new Set([ada.alias, "Ada\uFE0F"]));
  expect(sharedAliases([ada, person("x", "\u115F")])).toEqual(new Set(["\u115F"]));
});
