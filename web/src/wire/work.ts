/** Proof of work (section 5.8): what is hashed, and what of a hash counts. The hash itself (SHA-256) is the caller's. */
import { type Bytes, Writer } from "./codec";
import { WORK_CHALLENGE } from "./limits";

/** Where the number of the part stands in what is hashed. */
export const WORK_PART_AT = 32;

/** Where the eight bytes of the solution stand. */
export const WORK_SOLUTION_AT = 33;

/** What is hashed for the first try at the first part; other tries differ in the bytes at the places above. */
export function workInput(challenge: Uint8Array): Bytes {
  return new Writer()
    .raw(new TextEncoder().encode("sanctuary/1 work"))
    .fixed(challenge, WORK_CHALLENGE)
    .u8(0)
    .u64(0n)
    .finish();
}

/** Whether a hash begins with so many zero bits, 32 at most. */
export function hasZeroBits(hash: Uint8Array, bits: number): boolean {
  const start = new DataView(hash.buffer, hash.byteOffset, hash.byteLength).getUint32(0);
  return Math.clz32(start) >= bits;
}
