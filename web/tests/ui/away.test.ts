/** The list of people says who is away once it is no blink any more, and no longer than they are. */
import { expect, test } from "vitest";
import type { Person } from "../../src/session/types";
import { longAway } from "../../src/ui/room/away";

const person = (id: string, presence: Person["presence"]): Person => ({ id, presence }) as Person;

test("who is away for ten seconds is, and nobody before", () => {
  const since = new Map<string, number>();
  const ben = person("ben", "away");
  const cleo = person("cleo", "leaving");
  const at = (leftMs: number, ...people: Person[]) => longAway(since, people, leftMs);
  expect(at(60_000, ben, cleo)).toBe("");
  expect(at(51_000, ben, cleo)).toBe("");
  expect(at(50_000, ben, cleo)).toBe("ben");
  expect(at(49_000, ben, person("dan", "away"))).toBe("ben");
  expect(at(39_000, ben, person("dan", "away"))).toBe("ben,dan");
  expect(at(38_000, person("ben", "here"))).toBe("");
  // Anew.
  expect(at(37_000, ben)).toBe("");
  expect(at(27_000, ben)).toBe("ben");
});
