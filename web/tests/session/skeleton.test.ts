import { expect, test } from "vitest";
import { aliasSkeleton } from "../../src/session/skeleton";

test("aliases that look the same have one skeleton", () => {
  for (const [a, b] of [
    ["Ada", "ada"],
    ["Ada", "Ada\uFE0F"],
    ["Ada", "A\u034Fda"],
    ["\u00E9va", "e\u0301va"],
    ["Ada", "\uFF21da"],
    ["Ada Lee", "Ada  Lee"],
  ] as const) {
    expect(aliasSkeleton(a)).toBe(aliasSkeleton(b));
  }
});

test("aliases that look different keep different skeletons", () => {
  expect(new Set(["Ada", "Ben", "\u0410\u0434\u0430", "Ada2"].map(aliasSkeleton)).size).toBe(4);
});

test("an alias of which nothing can be seen has an empty skeleton", () => {
  for (const alias of ["\u115F", "\u3164", "\u2800"]) expect(aliasSkeleton(alias)).toBe("");
});
