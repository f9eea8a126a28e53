/**
 * The search for work that a relay under load demands (docs/PROTOCOL.md, section 5.8). In plain JavaScript, since
 * WebCrypto takes a promise for each hash and there may be no WebAssembly.
 */
import { sha256 } from "@noble/hashes/sha2.js";
import {
  hasZeroBits,
  WORK_PART_AT,
  WORK_PARTS,
  WORK_SOLUTION_AT,
  WORK_SOLUTIONS,
  workInput,
} from "../wire";
import type { OnProgress } from "./argon2";
import type { Bytes } from "./bytes";

/** Hashes between two looks at the clock and at whether others want to run. */
const TURN = 1024;
/** How long is computed before others may run, in milliseconds. */
const TICK_MS = 50;

/** The solutions. Computes on this thread: in pages, `away.ts` calls it in a worker. */
export async function findWork(
  challenge: Bytes,
  bits: number,
  onProgress: OnProgress,
  signal?: AbortSignal,
): Promise<Bytes> {
  const input = workInput(challenge);
  const view = new DataView(input.buffer);
  const solutions = new Uint8Array(WORK_SOLUTIONS);
  let since = performance.now();
  for (let part = 0; part < WORK_PARTS; part += 1) {
    input[WORK_PART_AT] = part;
    let tries = 0;
    for (;;) {
      // Below 2^32 tries, which no number of bits that is worked for comes near.
      view.setUint32(WORK_SOLUTION_AT + 4, tries);
      if (hasZeroBits(sha256(input), bits)) break;
      tries += 1;
      if (tries % TURN !== 0 || performance.now() - since < TICK_MS) continue;
      onProgress((part + 1 - 2 ** -(tries / 2 ** bits)) / WORK_PARTS);
      await new Promise((resolve) => setTimeout(resolve));
      signal?.throwIfAborted();
      since = performance.now();
    }
    solutions.set(input.subarray(WORK_SOLUTION_AT), part * 8);
  }
  onProgress(1);
  return solutions;
}
