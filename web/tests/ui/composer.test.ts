/** The pure parts of the composer: formats, commands, names, completion. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Person } from "../../src/session/types";
import {
  bodyOf,
  COMMANDS,
  type CommandContext,
  commandIn,
  literal,
  runCommand,
  typedFor,
  whisperedIn,
} from "../../src/ui/room/composer/commands";
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
    // Marks beside blanks mean nothing.
    ["bold", "a[ b ]c", "a **[b]** c"],
    ["bold", "a[ **b** ]c", "a **[**b**]** c"],
    ["italic", "[b\n]c", "*[b]*\nc"],
    ["bold", "[a\n\nb c\n]", "[**a**\n\n**b c**\n]"],
    ["bold", "[**a**\n\n**b c**\n]", "[a\n\nb c\n]"],
    ["italic", "[**a**\n\n**b**]", "[***a***\n\n***b***]"],
    ["italic", "[***a***\n\n***b***]", "[**a**\n\n**b**]"],
    ["bold", "[**a** x **b**\n\n**c**]", "[****a** x **b****\n\n****c****]"],
    // Code with backticks stands between more of them.
    ["code", "a [b`c] d", "a ``[b`c]`` d"],
    ["code", "a ``[b`c]`` d", "a [b`c] d"],
    ["code", "[`b`]", "`` [`b`] ``"],
    ["code", "`` [`b`] ``", "[`b`]"],
    ["code", "[```\na\n```]", "````\n[```\na\n```]\n````"],
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
        expect(edit.from).toBeLessThanOrEqual(edit.to);
        // Blanks at the ends of a selection may stay as they are.
        expect(text.slice(start, Math.max(start, edit.from)).trim()).toBe("");
        expect(text.slice(Math.min(end, edit.to), end).trim()).toBe("");
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
    [" /me nods", { name: "me", argument: "nods" }],
    ["\n\t/whisper Ben secret", { name: "whisper", argument: "Ben secret" }],
    // What is pasted often begins with something that nobody sees.
    ["\u200b\ufeff\u200e/purge", { name: "purge", argument: "" }],
    [" //not", undefined],
    // As they are typed on Japanese and Chinese keyboards.
    ["／whisper Ben secret", { name: "whisper", argument: "Ben secret" }],
    ["\u3000／me\u3000nods", { name: "me", argument: "nods" }],
    ["／／not", undefined],
    ["/／not", undefined],
    ["a /b", undefined],
  ])("%j", (text, expected) => {
    expect(commandIn(text)).toEqual(expected);
  });

  test("two slashes stand for one, once", () => {
    expect(literal("//a//b")).toBe("/a//b");
    expect(literal("a//b")).toBe("a//b");
    expect(literal(" //a")).toBe(" /a");
  });

  test("a message that is loaded to be changed is that message, and no command", () => {
    const beginnings = fc.constantFrom(
      "",
      "/",
      "//",
      " /",
      "\n//",
      "\u200b/purge",
      "／",
      "／／",
      "/／",
      "/whisper Ben ",
    );
    fc.assert(
      fc.property(beginnings, fc.string({ maxLength: 8 }), (beginning, rest) => {
        const body = beginning + rest;
        expect(literal(typedFor(body))).toBe(body);
        expect(commandIn(typedFor(body))).toBeUndefined();
      }),
    );
    expect(typedFor("/usr/bin")).toBe("//usr/bin");
  });

  test("it is known before which message they send, and to whom", () => {
    const people = [me, jonas, ines];
    expect(bodyOf("**plain**", people)).toBe("**plain**");
    expect(bodyOf("//usr", people)).toBe("/usr");
    expect(bodyOf("/me nods", people)).toBe("*Mara nods*");
    expect(bodyOf("/me shrugs ¯\\", people)).toBe("<em>Mara shrugs ¯\\</em>");
    expect(bodyOf("/me types `", people)).toBe("<em>Mara types `</em>");
    expect(bodyOf("/burn 5m **ashes**", people)).toBe("**ashes**");
    expect(bodyOf("/whisper Jonas, Inés de la Cruz <b>x</b>", people)).toBe("<b>x</b>");
    for (const text of ["/whisper Nobody x", "/whisper Jonas", "/purge", "/help", "/frobnicate x"])
      expect(bodyOf(text, people)).toBe("");
    expect(whisperedIn(" /whisper jonas psst", people)).toEqual([jonas]);
    expect(whisperedIn("／whisper\u3000＠jonas：psst", people)).toEqual([jonas]);
    expect(whisperedIn("／whisper jonas、Inés de la Cruz，psst", people)).toBeUndefined();
    expect(bodyOf("／whisper jonas，Inés de la Cruz：psst", people)).toBe("psst");
    for (const text of ["/whisper jonas", "/me whisper", "whisper jonas psst", "//whisper jonas x"])
      expect(whisperedIn(text, people)).toBeUndefined();
  });

  const sent: unknown[] = [];
  const context = {
    view: { people: { peek: () => [me, jonas, jonasToo] } },
    send: (body: string, more: object) => void sent.push({ body, ...more }),
    ask: (asking: object) => void sent.push(asking),
  } as unknown as CommandContext;
  const run = async (text: string) => {
    sent.length = 0;
    const outcome = await runCommand(commandIn(text) ?? { name: "", argument: "" }, context);
    return outcome?.problem ?? sent;
  };

  test.each([
    ["/burn 30 x", 30],
    ["/burn 30s x", 30],
    ["/burn 5 minutes x", 300],
    ["/burn 5min x", 300],
    ["/burn 1 hour x", 3600],
    ["/burn 2 x", 2],
  ])("%s burns for %i seconds", async (text, burnSeconds) => {
    expect(await run(text)).toEqual([{ body: "x", burnSeconds }]);
  });

  test("a time without a message, or the other way round, is refused with what it means", async () => {
    for (const text of ["/burn", "/burn soon", "/burn 30", "/burn 5 minutes", "/burn 2h x"])
      expect(await run(text)).toMatch(/30 alone means seconds/);
    expect(COMMANDS.find(({ name }) => name === "burn")?.says).toMatch(/30 alone means seconds/);
  });

  test("who could be several is asked for, in words that then work", async () => {
    expect(await run("/whisper Jonas hi")).toBe(
      "That could mean Jonas velvet onion or Jonas shrug ocean. Say which, and end the name with a colon, as in /whisper Jonas velvet onion:",
    );
    expect(await run("/whisper Jonas velvet onion: hi")).toEqual([
      { body: "hi", whisperTo: [jonas.id] },
    ]);
    expect(await run("/kick Jonas")).toMatch(/^That could mean/);
    for (const text of ["/kick Jonas shrug ocean", "/kick Jonas shrug ocean:"])
      expect(await run(text)).toEqual([{ what: "remove", id: jonasToo.id }]);
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

  test("case and an @ do not count, and commas separate", () => {
    expect(namedIn("inés de la cruz hello", [jonas, ines])).toEqual({ who: [ines], rest: "hello" });
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
    expect(namedIn("Jonas shrug ocean: hi", both)).toEqual({ who: [jonasToo], rest: "hi" });
    // Words can be found by trying until they are what somebody writes.
    const loveYou = person("5", "Jonas", ["love", "you"]);
    expect(namedIn("Jonas love you", [jonas, loveYou])).toEqual({ several: [loveYou, jonas] });
    expect(writtenName(jonas, both)).toBe("Jonas velvet onion");
    expect(writtenName(jonas, people)).toBe("Jonas");
  });
});

describe("an alias that begins as somebody else's sentences do", () => {
  const ben = person("6", "Ben", ["velvet", "onion"]);
  const trap = person("7", "Ben I", ["shrug", "ocean"]);
  const people = [ben, trap];

  test("gets nothing that could be for another", () => {
    expect(namedIn("Ben I love you", people)).toEqual({ several: [trap, ben] });
    expect(namedIn("Jonas, ben i love you", [...people, jonas])).toEqual({ several: [trap, ben] });
    expect(namedIn("Ben you know", people)).toEqual({ who: [ben], rest: "you know" });
  });

  test("is told apart by a colon", () => {
    expect(namedIn("Ben: I love you", people)).toEqual({ who: [ben], rest: "I love you" });
    expect(namedIn("Ben I: love you", people)).toEqual({ who: [trap], rest: "love you" });
    const worse = person("8", "Ben: I", ["tuna", "basket"]);
    expect(namedIn("Ben: I love you", [...people, worse])).toEqual({
      who: [ben],
      rest: "I love you",
    });
  });

  test("is told apart by the list, which writes the colon where one is needed", () => {
    const offers = (text: string) =>
      offersAt(text, text.length, [...people, jonas], COMMANDS)?.list.map(({ insert }) => insert);
    expect(offers("/whisper b")).toEqual(["Ben: ", "Ben I: "]);
    expect(offers("/whisper j")).toEqual(["Jonas "]);
    expect(namedIn("Ben: , Jonas I love you", [...people, jonas])).toEqual({
      who: [ben, jonas],
      rest: "I love you",
    });
  });
});

describe("completion", () => {
  const people = [me, jonas, ines];
  const offers = (text: string) => offersAt(text, text.length, people, COMMANDS);

  test("commands after a slash, and not after two", () => {
    expect(offers("/")?.list).toHaveLength(COMMANDS.length);
    expect(offers("/w")?.list.map(({ insert }) => insert)).toEqual(["/whisper "]);
    expect(offers(" /w")?.list.map(({ insert }) => insert)).toEqual(["/whisper "]);
    expect(offers(" /kick j")?.list.map(({ label }) => label)).toEqual(["Jonas"]);
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
    expect(offers("hello ＠jo")).toMatchObject({ from: 6, list: [{ insert: "@Jonas " }] });
    expect(offers("／saf")?.list.map(({ insert }) => insert)).toEqual(["/safety"]);
    expect(offers("／whisper\u3000jo")).toMatchObject({ list: [{ label: "Jonas" }] });
    expect(offers("@Mara")).toBeUndefined();
  });
});
