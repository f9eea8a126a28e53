/** Byte strings: joining, comparing, naming and making them. */
import type { Bytes } from "../wire";

export type { Bytes };

const encoder = new TextEncoder();

/** The UTF-8 bytes of a text; for labels these are ASCII. */
export function utf8(text: string): Bytes {
  return encoder.encode(text) as Bytes;
}

/** The parts, one after the other. */
export function concat(...parts: readonly Uint8Array[]): Bytes {
  const joined = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}

/** Equality in a time that depends on the lengths only. */
export function equal(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  let difference = 0;
  for (const [i, byte] of a.entries()) difference |= byte ^ (b[i] ?? 0);
  return difference === 0;
}

/** Lower-case hexadecimal: a key for maps, and what people's ids look like in the user interface. */
export function hex(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += byte.toString(16).padStart(2, "0");
  return text;
}

/** Fresh random bytes. */
export function random(length: number): Bytes {
  return crypto.getRandomValues(new Uint8Array(length));
}

/** A copy with a buffer of its own: WebCrypto wants one, and wiping it wipes nothing else. */
export function copy(bytes: Uint8Array): Bytes {
  return new Uint8Array(bytes);
}
