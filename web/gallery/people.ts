/** People and rooms of the gallery: fixed, so that two runs of its pictures can be compared. */
import type { Person } from "../src/session/types";

/** 32 bytes that look random and are the same each time (xorshift). */
export function bytesFrom(seed: number): Uint8Array {
  let state = seed * 2_654_435_761 || 1;
  return Uint8Array.from({ length: 32 }, () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state & 0xff;
  });
}

function person(
  seed: number,
  alias: string,
  words: [string, string],
  more: Partial<Person> = {},
): Person {
  return {
    id: `person-${seed}`,
    alias,
    words,
    mark: bytesFrom(seed),
    self: false,
    presence: "here",
    ...more,
  };
}

export const mara = person(11, "Mara", ["amber", "ladder"], { self: true });
export const jonas = person(23, "Jonas", ["velvet", "onion"]);
export const ines = person(5, "Inés de la Cruz", ["canal", "fringe"], { presence: "away" });
export const jonas2 = person(47, "Jonas", ["shrug", "ocean"]);
export const noor = person(31, "نور", ["tuna", "basket"]);
export const longName = person(53, "Somebody with a name that does not want to end anywhere", [
  "marble",
  "kite",
]);
export const crowd: readonly Person[] = Array.from({ length: 44 }, (_, i) =>
  person(
    100 + i,
    `Member ${i + 1}`,
    ["word", `number${i}`],
    i % 7 === 3 ? { presence: "away" } : {},
  ),
);
