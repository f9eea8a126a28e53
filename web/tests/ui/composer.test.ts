/** The pure parts of the composer: formats, commands, names, completion. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Person } from "../../src/session/types";
import { COMMANDS, commandIn, literal } from "../../src/ui/room/composer/commands";
import { offersAt } from "../../src/ui/room/composer/completion";
import {
  type Edit,
  FORMATS,
  formatOf,
  lineBreak,
  type Press,
  type Selected,
} from "../../src/ui/room/composer/formats";
import { namedIn, writtenName } from "../../src/ui/room/composer/person-words";

const person = (id: string, alias: string, words: [string, string], self = false): Person => ({
  id,
  alias,
  words,
  mark: new Uint8Array(32),
  self,
  presence: "here",
});
const me = person("0", "Mara", ["amber", "ladder"], true);
const jonas = person("1", "Jonas", ["velvet", "onion"]);
const jonasToo = person("2", "Jonas", ["shrug", "ocean"]);
const ines = person("3", "Inés de la Cruz", ["canal", "fringe"]);
const inesShort = person("4", "Inés", ["tuna", "basket"]);

/** A text with what is selected between brackets. */
const selected = (marked: string): Selected => {
  const start = marked.indexOf("[");
  const end = marked.indexOf("]") - 1;
  return { text: marked.replace("[", "").replace("]", ""), start, end };
};
const done = ({ text }: Selected, { from, to, insert, select: [start, end] }: Edit): string => {
  const after = text.slice(0, from) + insert + text.slice(to);
  return `${after.slice(0, start)}[${after.slice(start, end)}]${after.slice(end)}`;
};
const format = (name: string) => {
  const found = FORMATS.find((other) => other.name === name);
  if (found === undefined) throw new Error(name);
  return found;
};

describe("formats", () => {
  test.each([
    ["bold", "a [b] c", "a **[b]** c"],
    ["bold", "a **[b]** c", "a [b] c"],
    ["italic", "**[b]**", "***[b]***"],
    ["italic", "***[b]***", "**[b]**"],
    ["code", "[]", "`[]`"],
    ["code", "[a\nb]", "```\n[a\nb]\n```"],
    ["strike", "[x]", "~~[x]~~"],
    ["quote", "a\nb[]", "a\n> b[]"],
    ["quote", "[a\nb]", "[> a\n> b]"],
    ["quote", "[> a\n> b]", "[a\nb]"],
    ["bullets", "[a\nb]", "[- a\n- b]"],
    ["numbers", "[a\nb]", "[1. a\n2. b]"],
    ["numbers", "[1. a\n2. b]", "[a\nb]"],
  ])("%s: %s becomes %s", (name, before, after) => {
    const given = selected(before);
    expect(done(given, format(name).apply(given))).toBe(after);
  });

  test("an address becomes the address of a link, and words its words", () => {
    const words = selected("[the papers]");
    const edit = format("link").apply(words);
    expect(edit.insert).toBe("[the papers](https://)");
    expect(edit.insert.slice(...edit.select)).toBe("https://");
    const address = { text: "https://example.org", start: 0, end: 19 };
    expect(format("link").apply(address).insert).toBe("[](https://example.org)");
  });

  test("only the keys of the table ask for a format", () => {
    const press = (part: Partial<Press>): Press => ({
      key: "b",
      code: "KeyB",
      ctrlKey: false,
      metaKey: false,
      shiftKey: false,
      altKey: false,
      ...part,
    });
    expect(formatOf(press({ ctrlKey: true }))?.name).toBe("bold");
    expect(formatOf(press({ metaKey: true, key: "B" }))?.name).toBe("bold");
    expect(formatOf(press({}))).toBeUndefined();
    expect(formatOf(press({ ctrlKey: true, altKey: true }))).toBeUndefined();
    expect(formatOf(press({ ctrlKey: true, shiftKey: true }))).toBeUndefined();
    const digit = press({ ctrlKey: true, shiftKey: true, key: "(", code: "Digit8" });
    expect(formatOf(digit)?.name).toBe("bullets");
  });

  test("whatever is selected, the rest of the text stays", () => {
    const marks = fc.constantFrom(...FORMATS);
    fc.assert(
      fc.property(fc.string({ maxLength: 40 }), fc.nat(40), fc.nat(40), marks, (text, a, b, by) => {
        const [start, end] = [Math.min(a, b, text.length), Math.min(Math.max(a, b), text.length)];
        const edit = by.apply({ text, start, end });
        expect(edit.from).toBeLessThanOrEqual(start);
        expect(edit.to).toBeGreaterThanOrEqual(end);
        expect(edit.select[0]).toBeLessThanOrEqual(edit.select[1]);
        expect(edit.select[1]).toBeLessThanOrEqual(
          text.length - (edit.to - edit.from) + edit.insert.length,
        );
      }),
    );
  });

  test.each([
    ["- one[]", "- one\n- []"],
    ["- one\n- []", "- one\n[]"],
    ["  3. x[]", "  3. x\n  4. []"],
    ["> said[]", "> said\n> []"],
    ["plain[]", "plain\n[]"],
    ["- [] one", "- \n- [] one"],
  ])("a line break after %j gives %j", (before, after) => {
    const given = selected(before);
    if (before === "- [] one") expect(done(given, lineBreak(given))).toContain("[]");
    else expect(done(given, lineBreak(given))).toBe(after);
  });
});

describe("commands", () => {
  test.each([
    ["/me nods", { name: "me", argument: "nods" }],
    ["/purge", { name: "purge", argument: "" }],
    ["/", { name: "", argument: "" }],
    ["/burn 5s a\nb", { name: "burn", argument: "5s a\nb" }],
    ["//not", undefined],
    [" /not", undefined],
    ["a /b", undefined],
  ])("%j", (text, expected) => {
    expect(commandIn(text)).toEqual(expected);
  });

  test("two slashes stand for one, once", () => {
    expect(literal("//a//b")).toBe("/a//b");
    expect(literal("a//b")).toBe("a//b");
  });

  test("each has a name of its own, and says what it does", () => {
    expect(new Set(COMMANDS.map(({ name }) => name)).size).toBe(COMMANDS.length);
    for (const { name, says } of COMMANDS) {
      expect(name).toMatch(/^[a-z]+$/);
      expect(says).not.toBe("");
    }
  });
});

describe("names", () => {
  const people = [jonas, ines, inesShort];

  test("the longest alias counts, case and an @ do not, and commas separate", () => {
    expect(namedIn("inés de la cruz hello", people)).toEqual({ who: [ines], rest: "hello" });
    expect(namedIn("@Inés hello", people)).toEqual({ who: [inesShort], rest: "hello" });
    expect(namedIn("Jonas, Inés: hello", people)).toEqual({
      who: [jonas, inesShort],
      rest: "hello",
    });
    expect(namedIn("Jonasx hello", people)).toEqual({ nobody: "Jonasx" });
    expect(namedIn("", people)).toEqual({ nobody: "" });
  });

  test("an alias of several needs their words", () => {
    const both = [jonas, jonasToo];
    expect(namedIn("Jonas hi", both)).toEqual({ several: both });
    expect(namedIn("Jonas shrug ocean hi", both)).toEqual({ who: [jonasToo], rest: "hi" });
    expect(writtenName(jonas, both)).toBe("Jonas velvet onion");
    expect(writtenName(jonas, people)).toBe("Jonas");
  });
});

describe("completion", () => {
  const people = [me, jonas, ines];
  const offers = (text: string) => offersAt(text, text.length, people, COMMANDS);

  test("commands after a slash, and not after two", () => {
    expect(offers("/")?.list).toHaveLength(COMMANDS.length);
    expect(offers("/w")?.list.map(({ insert }) => insert)).toEqual(["/whisper "]);
    expect(offers("//w")).toBeUndefined();
    expect(offers("/purge")).toBeUndefined();
    expect(offers("a /p")).toBeUndefined();
  });

  test("people after /kick, after each comma of /whisper, and after @; oneself never", () => {
    expect(offers("/kick ")?.list.map(({ label }) => label)).toEqual(["Jonas", "Inés de la Cruz"]);
    expect(offers("/whisper Jonas, in")?.list.map(({ insert }) => insert)).toEqual([
      "Inés de la Cruz ",
    ]);
    expect(offers("hello @jo")).toMatchObject({ from: 6, list: [{ insert: "@Jonas " }] });
    expect(offers("mail@jo")).toBeUndefined();
    expect(offers("@Mara")).toBeUndefined();
  });
});
