/** Few characters that become many nodes are not formatted unasked, and many messages take no more than a share. */
import { expect, test } from "vitest";
import { FLOOD } from "../../e2e/rich/attacks";
import { EVERYTHING } from "../../gallery/everything";
import { MAX_UNASKED_TAGS } from "../../src/rich/limits";
import { Losses } from "../../src/rich/losses";
import { htmlOf } from "../../src/rich/markdown";
import { rewrite } from "../../src/rich/rewrite";
import { hold } from "../../src/ui/rich/share";

const tagsWithin = (text: string) => rewrite(htmlOf(text), new Losses(), MAX_UNASKED_TAGS);

test("a table that Markdown fills in is too much to be formatted unasked", () => {
  expect(FLOOD.length).toBeLessThan(500);
  expect(() => tagsWithin(FLOOD)).toThrow("too much tags");
});

test("what people write is not", () => {
  expect(tagsWithin(EVERYTHING)).not.toBe("");
  expect(tagsWithin(`|a|b|c|d|\n|-|-|-|-|\n${"|1|2|3|4|\n".repeat(60)}`)).not.toBe("");
});

test("of many messages, those formatted first are given up first, and what is let go makes room", () => {
  const gone: number[] = [];
  const release = Array.from({ length: 100 }, (_, n) => hold(500, () => gone.push(n)));
  expect(gone).toEqual(Array.from({ length: 40 }, (_, n) => n));
  for (const let_go of release.slice(0, 60)) let_go();
  hold(10_000, () => gone.push(-1))();
  expect(gone).toHaveLength(40);
  // One that is larger than all of it stays: somebody asked for it.
  hold(40_000, () => gone.push(-1))();
  expect(gone).toHaveLength(80);
});
