/** What is typed is shown, or told to its author as lost: nothing goes in silence, whatever it looks like. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Losses } from "../../src/rich/losses";
import { htmlOf } from "../../src/rich/markdown";
import { rewrite } from "../../src/rich/rewrite";
import { tokens } from "../../src/rich/tags";
import { lossWords } from "../../src/ui/words/losses";

/** The text that is shown of a message, in one line, and what its author is told. */
function shown(source: string): { text: string; told: string } {
  const losses = new Losses();
  const html = rewrite(htmlOf(source), losses);
  const text = html
    .replace(/<[^<>]*>/g, " ")
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replace(/\s+/g, " ");
  return { text: text.trim(), told: losses.list.map(lossWords).join(" ") };
}

describe("what only begins as a tag is text", () => {
  test.each([
    ["<p hello, meet at five", "<p hello, meet at five"],
    ["<p hello, meet at five\n\nand **bring** it", "<p hello, meet at five and bring it"],
    ['<div title="hello\n\nmeet at five', '<div title="hello meet at five'],
    ["<div =meet at five>", "<div =meet at five>"],
    ["<!-- meet at five", "<!-- meet at five"],
    ["<!-- meet at five\n\nand <b>bring</b> it", "<!-- meet at five and bring it"],
    ["<?meet at five", "<?meet at five"],
    ["</div meet at five", "</div meet at five"],
    ["<p>a<p<p>b", "a<p b"],
  ])("%j", (source, text) => {
    expect(shown(source)).toEqual({ text, told: "" });
  });
});

describe("what is a tag and shows nothing is told", () => {
  test.each([
    ["<p hello, meet at five>x", "hello,=… meet=… at=… five=…"],
    ["a <!-- meet at five --> b", "<!-- meet at five -->"],
    ["</div meet at five>", "</div meet at five>"],
    ["a</meet> b", "<meet>"],
    ["a <meet at five> b", "<meet at five>"],
    ["<?meet at five?>", "<?meet at five?>"],
    ["<!doctype html>x", ""],
  ])("%j", (source, told) => {
    expect(shown(source).told).toBe(told);
  });
});

test("no word is lost in silence", () => {
  const piece = fc.constantFrom(
    ...["<", "<p ", "<b", "</p ", "</", ">", "/", '"', "'", "<!--", "-->", "<!", "<?", " ", "\n\n"],
    ..."one two three four five six seven".split(" ").map((word) => `${word} `),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 20 }), (pieces) => {
      const source = pieces.join("");
      const { text, told } = shown(source);
      // What is long is named by its beginning.
      if (/[^=]…/.test(told)) return;
      for (const [word] of source.matchAll(/\b(?:one|two|three|four|five|six|seven)\b/g))
        expect(text + told, JSON.stringify(source)).toContain(word);
    }),
    { numRuns: 2_000 },
  );
});

test("time is linear, whatever is never closed", () => {
  const hostile = ['<p a="<p ', "<p ", "<p a='", "<!--", "<!", "</b x=", "<a b=\"'", "<p a=b "];
  for (const piece of hostile) {
    const text = piece.repeat(40_000);
    const begun = performance.now();
    let length = 0;
    for (const token of tokens(text)) length += "text" in token ? token.text.length : 0;
    expect(performance.now() - begun, piece).toBeLessThan(2_000);
    expect(length, piece).toBeGreaterThan(0);
  }
});
