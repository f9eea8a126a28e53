/**
 * Words of the BIP 39 list: fingerprints of rooms and members, the safety phrase (docs/PROTOCOL.md, section 11) and
 * generated passwords.
 */
import { sha256 } from "@noble/hashes/sha2.js";
import { wordlist } from "@scure/bip39/wordlists/english.js";
import { concat, random, utf8 } from "./bytes";

/** The list has 2^11 words. */
const BITS_PER_WORD = 11;
/** Six words are 66 bits: hopeless to guess at one Argon2id each (section 13). */
const PASSWORD_WORDS = 6;
const SAFETY_WORDS = 6;

/** The first `n` groups of 11 bits of SHA-256(data), as words. */
export function words(data: Uint8Array, n: number): string[] {
  const digest = sha256(data);
  return Array.from({ length: n }, (_, i) => word(bitsAt(digest, i * BITS_PER_WORD)));
}

/** Two words that tell rooms with the same name apart. */
export function roomWords(roomId: Uint8Array): [string, string] {
  return two(concat(utf8("sanctuary/1 room"), roomId));
}

/** Two words that tell members with the same alias apart. */
export function memberWords(roomId: Uint8Array, identity: Uint8Array): [string, string] {
  return two(concat(utf8("sanctuary/1 member"), roomId, identity));
}

/** Six words that are equal on all screens when nobody sits between. */
export function safetyWords(epochAuthenticator: Uint8Array): string[] {
  return words(concat(utf8("sanctuary/1 safety"), epochAuthenticator), SAFETY_WORDS);
}

/** A strong password that can be dictated: six random words joined by hyphens. */
export function generatePassword(): string {
  const bytes = random(PASSWORD_WORDS * 2);
  // 11 of 16 bits each: no word is likelier than another.
  const chosen = Array.from({ length: PASSWORD_WORDS }, (_, i) => word(bitsAt(bytes, i * 16)));
  bytes.fill(0);
  return chosen.join("-");
}

/** What may stand between the words of a generated password, as people hear, type and have it corrected. */
const BETWEEN_WORDS = /[ \u002d\u2010\u2011\u2013\u2014]+/;

/** Whatever capitals and separators a generated password was typed with: as it was generated. Undefined for any other text. */
export function asGenerated(typed: string): string | undefined {
  const parts = typed.split(BETWEEN_WORDS);
  if (parts.length !== PASSWORD_WORDS || !parts.every((part) => /^[A-Za-z]+$/.test(part)))
    return undefined;
  const chosen = parts.map((part) => part.toLowerCase());
  return chosen.every((part) => wordlist.includes(part)) ? chosen.join("-") : undefined;
}

function two(data: Uint8Array): [string, string] {
  const [first = "", second = ""] = words(data, 2);
  return [first, second];
}

function word(index: number): string {
  return wordlist[index] ?? "";
}

/** Eleven bits from bit `at` on, the most significant first. */
function bitsAt(bytes: Uint8Array, at: number): number {
  const first = at >> 3;
  const three = [0, 1, 2].reduce((value, i) => (value << 8) | (bytes[first + i] ?? 0), 0);
  return (three >> (24 - BITS_PER_WORD - (at & 7))) & ((1 << BITS_PER_WORD) - 1);
}
