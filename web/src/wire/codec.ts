/**
 * Reading and writing the encoding of section 2 of docs/PROTOCOL.md: big-endian integers,
 * fixed-size fields and vectors with a variable-length length (RFC 9420, section 2.1.2) in its
 * shortest form. Frames use it, and so do the structures inside payloads.
 *
 * Invariants: there is one encoding for each value; hostile input throws `WireError` and nothing
 * else; no length is trusted before the bytes are there. What a reader returns are copies, so that
 * wiping one wipes no other.
 */
import { WireError } from "./error";

/** Bytes of an ordinary buffer: what WebCrypto and WebSocket take. */
export type Bytes = Uint8Array<ArrayBuffer>;

/** Largest length in bytes of a vector that the encoding can express. */
export const MAX_VECTOR = 2 ** 30 - 1;
/** Largest length that fits a one-byte length. */
const MAX_LENGTH_1 = 0x3f;
/** Largest length that fits a two-byte length. */
const MAX_LENGTH_2 = 0x3fff;

const utf8 = new TextEncoder();

/** Takes fields off the front of some bytes. Call `end` after the last one. */
export class Reader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** How many bytes are left. */
  get remaining(): number {
    return this.#bytes.length - this.#at;
  }

  u8(): number {
    return this.#view.getUint8(this.#advance(1));
  }

  u16(): number {
    return this.#view.getUint16(this.#advance(2));
  }

  u32(): number {
    return this.#view.getUint32(this.#advance(4));
  }

  u64(): bigint {
    return this.#view.getBigUint64(this.#advance(8));
  }

  /** Exactly `length` bytes. */
  fixed(length: number): Bytes {
    const start = this.#advance(length);
    return this.#bytes.slice(start, start + length);
  }

  /** `opaque x<V>`: a length, then that many bytes. */
  vec(): Bytes {
    return this.fixed(this.#length());
  }

  /** `T x<V>`: a length in bytes, then values until it is used up. */
  items<T>(read: (reader: Reader) => T): T[] {
    const inner = new Reader(this.vec());
    const items: T[] = [];
    while (inner.remaining > 0) {
      const before = inner.remaining;
      items.push(read(inner));
      // A value of no bytes would never use the vector up.
      if (inner.remaining === before) throw new WireError("vector-length");
    }
    return items;
  }

  /** `string x<V>`: as `vec`, and valid UTF-8. */
  string(): string {
    const bytes = this.vec();
    try {
      // Not ignoring the byte order mark would drop it, and two encodings would mean one string.
      return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    } catch {
      throw new WireError("utf-8");
    }
  }

  /** Ends the structure: nothing may be left over. */
  end(): void {
    if (this.remaining > 0) throw new WireError("trailing-bytes");
  }

  #length(): number {
    const first = this.u8();
    const low = first & 0x3f;
    let length = low;
    let shorter = -1;
    switch (first >> 6) {
      case 0:
        break;
      case 1:
        length = low * 2 ** 8 + this.u8();
        shorter = MAX_LENGTH_1;
        break;
      case 2:
        length = low * 2 ** 24 + this.u8() * 2 ** 16 + this.u16();
        shorter = MAX_LENGTH_2;
        break;
      default:
        throw new WireError("length-prefix");
    }
    if (length <= shorter) throw new WireError("non-minimal-length");
    return length;
  }

  /** Moves on by `length` bytes and returns where they start. */
  #advance(length: number): number {
    if (length > this.remaining) throw new WireError("truncated");
    const start = this.#at;
    this.#at += length;
    return start;
  }
}

/** Appends fields. A value that does not fit its field throws `WireError` (out-of-range). */
export class Writer {
  #bytes: Bytes;
  #view: DataView;
  #length = 0;

  /** `capacity` is how many bytes to make room for at first. */
  constructor(capacity = 256) {
    this.#bytes = new Uint8Array(Math.max(capacity, 16));
    this.#view = new DataView(this.#bytes.buffer);
  }

  // In each of these the offset comes first: growing replaces the view.

  u8(value: number): this {
    requireInteger(value, 0xff);
    const start = this.#grow(1);
    this.#view.setUint8(start, value);
    return this;
  }

  u16(value: number): this {
    requireInteger(value, 0xffff);
    const start = this.#grow(2);
    this.#view.setUint16(start, value);
    return this;
  }

  u32(value: number): this {
    requireInteger(value, 0xffff_ffff);
    const start = this.#grow(4);
    this.#view.setUint32(start, value);
    return this;
  }

  u64(value: bigint): this {
    if (value < 0n || value > 0xffff_ffff_ffff_ffffn) throw new WireError("out-of-range");
    const start = this.#grow(8);
    this.#view.setBigUint64(start, value);
    return this;
  }

  /** Exactly `length` bytes. */
  fixed(value: Uint8Array, length: number): this {
    if (value.length !== length) throw new WireError("out-of-range");
    return this.raw(value);
  }

  /** Bytes as they are, without a length. */
  raw(value: Uint8Array): this {
    // The offset first: growing replaces the buffer.
    const start = this.#grow(value.length);
    this.#bytes.set(value, start);
    return this;
  }

  /** `opaque x<V>`: a length, then the bytes. */
  vec(value: Uint8Array): this {
    this.#putLength(value.length);
    return this.raw(value);
  }

  /** `T x<V>`: the length in bytes, then each value. */
  items<T>(values: readonly T[], write: (writer: Writer, value: T) => void): this {
    const inner = new Writer();
    for (const value of values) write(inner, value);
    this.vec(inner.#bytes.subarray(0, inner.#length));
    inner.wipe();
    return this;
  }

  /** `string x<V>` in UTF-8. A lone surrogate has no encoding and is refused. */
  string(value: string): this {
    if (LONE_SURROGATE.test(value)) throw new WireError("out-of-range");
    const bytes = utf8.encode(value);
    this.vec(bytes);
    bytes.fill(0);
    return this;
  }

  /** A copy of what was written. */
  finish(): Bytes {
    return this.#bytes.slice(0, this.#length);
  }

  /** Overwrites what was written, for structures with secrets; the writer starts anew. */
  wipe(): void {
    this.#bytes.fill(0);
    this.#length = 0;
  }

  #putLength(length: number): void {
    if (length <= MAX_LENGTH_1) this.u8(length);
    else if (length <= MAX_LENGTH_2) this.u16(0x4000 + length);
    else if (length <= MAX_VECTOR) this.u32(0x8000_0000 + length);
    else throw new WireError("out-of-range");
  }

  /** Makes room for `more` bytes and returns where they start. */
  #grow(more: number): number {
    const start = this.#length;
    const needed = start + more;
    if (needed > this.#bytes.length) {
      const larger = new Uint8Array(Math.max(needed, this.#bytes.length * 2));
      larger.set(this.#bytes);
      // What was written may be secret: the outgrown buffer must not keep it.
      this.#bytes.fill(0);
      this.#bytes = larger;
      this.#view = new DataView(larger.buffer);
    }
    this.#length = needed;
    return start;
  }
}

/** With the `u` flag, a surrogate matches only where it stands alone. */
const LONE_SURROGATE = /\p{Surrogate}/u;

function requireInteger(value: number, max: number): void {
  if (!Number.isInteger(value) || value < 0 || value > max) throw new WireError("out-of-range");
}
