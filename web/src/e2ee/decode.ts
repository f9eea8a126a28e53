/**
 * Structures inside payloads: decoding with the wire layer's reader, failures turned into this layer's error.
 */
import { Reader, WireError, Writer } from "../wire";
import type { Bytes } from "./bytes";
import { E2eeError } from "./error";

/** Decode one whole structure; anything left over is a failure. */
export function decode<T>(bytes: Uint8Array, read: (reader: Reader) => T): T {
  try {
    const reader = new Reader(bytes);
    const value = read(reader);
    reader.end();
    return value;
  } catch (e) {
    throw e instanceof WireError ? new E2eeError("encoding", e.message) : e;
  }
}

/** Encode one structure. The writer's own copy is wiped, since most of these hold secrets. */
export function encode(write: (writer: Writer) => void): Bytes {
  const writer = new Writer();
  try {
    write(writer);
    return writer.finish();
  } catch (e) {
    throw e instanceof WireError ? new E2eeError("encoding", e.message) : e;
  } finally {
    writer.wipe();
  }
}

/**
 * A text that must be held to its rules inside a structure: whatever they throw, or make of it, is a structure that does
 * not decode. There is one encoding for each value.
 */
export function held(text: string, rule: (text: string) => string): string {
  try {
    if (rule(text) === text) return text;
  } catch {
    // As below.
  }
  throw new E2eeError("encoding", "a text breaks the rules");
}
