/** Stretches of a conversation: nothing lost, nothing moved, nothing drawn twice, whatever comes and goes. */
import fc from "fast-check";
import { expect, test } from "vitest";
import type { Entry, Person } from "../../src/session/types";
import { RUN_PAUSE_MS } from "../../src/ui/room/blocks";
import {
  STRETCH_ENTRIES,
  STRETCH_UNITS,
  type Stretch,
  stretches,
} from "../../src/ui/room/stretches";

const person = (id: string): Person => ({
  id,
  alias: id,
  words: ["one", "two"],
  mark: new Uint8Array(32),
  self: id === "ada",
  presence: "here",
});
const people = [person("ada"), person("ben")];
const said = (key: string, from = people[0] as Person, body = key, at = 0): Entry => ({
  kind: "message",
  key,
  from,
  body,
  at,
  delivery: undefined,
});
const lines = (from: number, to: number): Entry[] =>
  Array.from({ length: to - from }, (_, i) => said(`${from + i}`));
const keysOf = (all: readonly Stretch[]) =>
  all.flatMap(({ entries }) => entries.map(({ key }) => key));
const blocksOf = (all: readonly Stretch[]) => all.flatMap((stretch) => stretch.blocks);

test("a long conversation is many stretches, and one more line changes only the last", () => {
  const entries = lines(0, 10 * STRETCH_ENTRIES + 1);
  const before = stretches(entries.slice(0, -2));
  expect(before).toHaveLength(10);
  const after = stretches(entries.slice(0, -1), before);
  expect(after.map((stretch, i) => stretch === before[i])).toEqual([
    ...Array.from({ length: 9 }, () => true),
    false,
  ]);
  expect(stretches(entries, after).slice(0, 10)).toEqual(after);
});

test("a stretch of long messages is short", () => {
  const long = "x".repeat(STRETCH_UNITS);
  expect(stretches([said("1"), said("2", people[0], long), said("3"), said("4")])).toHaveLength(2);
});

test("when the oldest go, what stays is drawn as it was", () => {
  const entries = lines(0, 3 * STRETCH_ENTRIES);
  const before = stretches(entries);
  const after = stretches(entries.slice(STRETCH_ENTRIES + 5), before);
  expect(after.map(({ key }) => key)).toEqual(before.slice(1).map(({ key }) => key));
  expect(after[1]).toBe(before[2]);
  // What is left of a run that lost its beginning is the same run.
  expect(after[0]?.blocks.map(({ key }) => key)).toEqual(before[1]?.blocks.map(({ key }) => key));
});

/** What happens to a conversation: a line is added, the oldest go, one is taken out, changes or moves to the end. */
const anyDeed = fc.record({
  what: fc.constantFrom("add", "add", "add", "many", "let go", "remove", "change", "move"),
  who: fc.constantFrom(...people),
  notice: fc.boolean(),
  pause: fc.constantFrom(0, RUN_PAUSE_MS),
  where: fc.nat(200),
});
type Deed = typeof anyDeed extends fc.Arbitrary<infer D> ? D : never;

function after(entries: readonly Entry[], { what, who, notice, pause, where }: Deed, n: number) {
  const at = (entries.at(-1)?.at ?? 0) + pause;
  switch (what) {
    case "add":
      return [
        ...entries,
        notice ? ({ kind: "left", key: `${n}`, who, at } as const) : said(`${n}`, who, "", at),
      ];
    case "many":
      return [...entries, ...lines(1000 * (n + 1), 1000 * (n + 1) + where)];
    case "let go":
      return entries.slice(where);
    case "remove":
      return entries.filter((_, i) => i !== where);
    case "move":
      return [
        ...entries.filter((_, i) => i !== where),
        ...entries.slice(where, where + 1).map((entry) => ({ ...entry, at })),
      ];
    default:
      return entries.map((entry, i) =>
        i === where && entry.kind === "message" ? { ...entry, delivery: "sent" as const } : entry,
      );
  }
}

test("whatever comes and goes, every entry is in one stretch and one block, in order, under keys that are unique", () => {
  fc.assert(
    fc.property(fc.array(anyDeed, { maxLength: 60 }), (deeds) => {
      let entries: readonly Entry[] = [];
      let drawn: readonly Stretch[] = [];
      deeds.forEach((deed, n) => {
        entries = after(entries, deed, n);
        const before = new Map(drawn.flatMap(({ key, entries: e }) => e.map((x) => [x.key, key])));
        drawn = stretches(entries, drawn);
        expect(keysOf(drawn)).toEqual(entries.map(({ key }) => key));
        const inBlocks = blocksOf(drawn).flatMap((block): readonly Entry[] =>
          block.kind === "run" ? block.messages : block.notices,
        );
        expect(inBlocks).toEqual(entries);
        for (const keyed of [drawn, ...drawn.map((stretch) => stretch.blocks)])
          expect(new Set(keyed.map(({ key }) => key)).size).toBe(keyed.length);
        for (const { key, entries: kept } of drawn) {
          expect(kept.length).toBeLessThanOrEqual(STRETCH_ENTRIES);
          const isMoved = (entry: Entry) => deed.what === "move" && entry === entries.at(-1);
          for (const entry of kept)
            if (!isMoved(entry)) expect(before.get(entry.key) ?? key).toBe(key);
        }
      });
    }),
  );
});
