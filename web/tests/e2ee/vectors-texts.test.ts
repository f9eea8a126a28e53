/** Texts and words against vectors/e2ee: passwords, aliases, links, fingerprints. */
import { describe, expect, test } from "vitest";
import {
  formatLink,
  memberWords,
  parseLink,
  prepareAlias,
  preparePassword,
  roomWords,
  words,
} from "../../src/e2ee";
import { isAlias } from "../../src/e2ee/alias";
import { safetyWords } from "../../src/e2ee/words";
import { hex, unhex, vectors } from "./vectors";

const passwords = vectors<{ typed: string; prepared: string | null }>("passwords");
test.each(passwords)("password: $name", ({ typed, prepared }) => {
  if (prepared === null) {
    expect(() => preparePassword(typed)).toThrow(expect.objectContaining({ code: "password" }));
  } else {
    expect(preparePassword(typed)).toBe(prepared);
    expect(preparePassword(prepared)).toBe(prepared);
  }
});

const aliases = vectors<{ typed: string; prepared: string | null; valid: boolean }>("aliases");
test.each(aliases)("alias: $name", ({ typed, prepared, valid }) => {
  if (prepared === null) {
    expect(() => prepareAlias(typed)).toThrow(expect.objectContaining({ code: "alias" }));
  } else {
    expect(prepareAlias(typed)).toBe(prepared);
  }
  expect(isAlias(typed)).toBe(valid);
});

const links = vectors<{
  text: string;
  link: string | null;
  origin: string;
  room_id: string;
  link_secret: string;
}>("links");
test.each(links)("link: $name", ({ text, link, ...parts }) => {
  const parsed = parseLink(text);
  if (link === null) {
    expect(parsed).toBeUndefined();
    return;
  }
  expect(parsed?.origin).toBe(parts.origin);
  expect(hex(parsed?.roomId ?? new Uint8Array())).toBe(parts.room_id);
  expect(hex(parsed?.linkSecret ?? new Uint8Array())).toBe(parts.link_secret);
  if (parsed !== undefined) expect(formatLink(parsed.origin, parsed)).toBe(link);
});

describe("words", () => {
  const cases = vectors<{ data: string; n: number; words: string[] }>("words");
  test.each(cases)("$name", ({ data, n, words: expected }) => {
    expect(words(unhex(data), n)).toEqual(expected);
  });

  const fingerprints = vectors<{
    room_id: string;
    identity: string;
    epoch_authenticator: string;
    room: string[];
    member: string[];
    safety: string[];
  }>("fingerprints");
  test.each(fingerprints)("fingerprints: $name", (c) => {
    expect(roomWords(unhex(c.room_id))).toEqual(c.room);
    expect(memberWords(unhex(c.room_id), unhex(c.identity))).toEqual(c.member);
    expect(safetyWords(unhex(c.epoch_authenticator))).toEqual(c.safety);
  });
});
