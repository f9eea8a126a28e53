/** What is told by /me: the alias stands before it, as letters, whatever letters it has. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { htmlOf } from "../../src/rich/markdown";
import { deed, isDeed } from "../../src/ui/words/deed";
import { firstLine } from "../../src/ui/words/first-line";

/** The text of a paragraph of HTML that has nothing but emphasis in it. */
const textOf = (html: string): string | undefined =>
  /^<p><em>([^<]*)<\/em><\/p>\n$/
    .exec(html)?.[1]
    ?.replace(
      /&(lt|gt|quot|amp);/g,
      (_, name) => ({ lt: "<", gt: ">", quot: '"' })[name as "lt"] ?? "&",
    );

test("it reads as a sentence, also in a quote of it", () => {
  expect(deed("Ada", "waves")).toBe("*Ada waves*");
  expect(deed("J. O’Neil-Ray", "waves")).toBe("*J. O’Neil-Ray waves*");
  expect(deed("O'Neil", "waves")).toBe("*O'Neil waves*");
  expect(firstLine(deed("Ada", "waves"))).toBe("Ada waves");
  expect(firstLine(deed("Ada", "shrugs ¯\\"))).toBe("Ada shrugs ¯\\");
});

test("no alias is formatting", () => {
  const alias = fc.oneof(
    fc.string({ unit: "binary-ascii" }),
    fc.string({ unit: "grapheme" }),
    fc
      .array(fc.constantFrom(..."*_~`[](){}<>!&#:;.@/\\|ab 1-+=$^%'\""), { maxLength: 12 })
      .map((all) => all.join("")),
  );
  fc.assert(
    fc.property(alias, (raw) => {
      const name = raw
        .replace(/\p{Cc}/gu, "")
        .trim()
        .replace(/\s+/g, " ");
      fc.pre(name !== "");
      for (const what of ["waves", "waves *twice*"]) {
        const body = deed(name, what);
        expect(isDeed(name, body)).toBe(true);
        if (what === "waves") expect(textOf(htmlOf(body))).toBe(`${name} waves`);
      }
    }),
    { numRuns: 2_000 },
  );
});

test("it is told from what others say, and from emphasis", () => {
  for (const body of ["*sigh*", "*Adam waves*", "Ada waves", "**Ada** waves", ""])
    expect(isDeed("Ada", body)).toBe(false);
});
