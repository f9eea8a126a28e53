/** What people type, and what is made for them. */
import { wordlist } from "@scure/bip39/wordlists/english.js";
import { describe, expect, test } from "vitest";
import {
  deriveRoot,
  encodeMessage,
  formatLink,
  generatePassword,
  parseLink,
  prepareAlias,
  preparePassword,
  sealRoomName,
} from "../../src/e2ee";
import { random } from "../../src/e2ee/bytes";

const invitation = () => ({ roomId: random(16), linkSecret: random(24) });

describe("generated passwords", () => {
  test("are six words of the list, need no preparation, and differ", () => {
    const passwords = Array.from({ length: 50 }, generatePassword);
    expect(new Set(passwords).size).toBe(50);
    for (const password of passwords) {
      expect(password.split("-")).toHaveLength(6);
      for (const word of password.split("-")) expect(wordlist).toContain(word);
      expect(preparePassword(password)).toBe(password);
    }
  });

  test("use the whole list", () => {
    const words = Array.from({ length: 800 }, generatePassword).flatMap((p) => p.split("-"));
    const indices = words.map((word) => wordlist.indexOf(word));
    expect(Math.min(...indices)).toBeLessThan(20);
    expect(Math.max(...indices)).toBeGreaterThan(2027);
  });
});

describe("an alias that cannot be used says why", () => {
  test.each([
    ["", "missing"],
    [" \t", "missing"],
    ["a".repeat(65), "too-long"],
    ["a\u0007b", "control-characters"],
    ["\u202eevil", "control-characters"],
    ["\ud800", "control-characters"],
  ])("%j", (alias, reason) => {
    expect(() => prepareAlias(alias)).toThrow(expect.objectContaining({ code: "alias", reason }));
  });
});

test("a link goes round", () => {
  const { roomId, linkSecret } = invitation();
  const origin = "https://example.org";
  const link = formatLink(origin, { roomId, linkSecret });
  expect(parseLink(` ${link}\n`)).toEqual({ origin, roomId, linkSecret });
});

test("a root is not derived for nobody, nor from nothing", async () => {
  const aborted = deriveRoot("x", invitation(), { signal: AbortSignal.abort() });
  await expect(aborted).rejects.toMatchObject({ code: "cancelled" });
  await expect(deriveRoot(" ", invitation())).rejects.toMatchObject({ code: "password" });
});

test("bodies and room names that break the rules are refused before they are sent", async () => {
  for (const body of ["", "\0", "a".repeat(65537), "\ud800"]) {
    expect(() =>
      encodeMessage({ kind: "text", id: random(16), replyTo: undefined, burnS: 0, body }),
    ).toThrow(expect.objectContaining({ code: "body" }));
  }
  for (const name of ["", "ä".repeat(65), "\udfff"]) {
    const sealing = sealRoomName(name, invitation());
    await expect(sealing).rejects.toMatchObject({ code: "room-name" });
  }
});

test("all sealed room names have one size", async () => {
  for (const name of ["a", "ä".repeat(64)]) {
    expect(await sealRoomName(name, invitation())).toHaveLength(284);
  }
});
