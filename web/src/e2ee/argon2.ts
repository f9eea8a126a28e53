/**
 * Argon2id with the parameters that docs/PROTOCOL.md, section 6 fixes; they never come from a relay.
 *
 * WebAssembly is four times as fast, but Tor Browser's "Safer" level and iOS Lockdown Mode have none; then the same is
 * computed in JavaScript, which without a JIT takes half a minute: it reports real progress and lets others run between.
 * Each implementation is a chunk of its own, loaded only when used.
 */
import type { Bytes } from "./bytes";
import { KEY_BYTES } from "./limits";

/** Memory, in KiB. */
const MEMORY_KIB = 19456;
/** Passes over the memory. */
const PASSES = 2;
/** Lanes. */
const PARALLELISM = 1;
/** How long JavaScript computes before others may run, in milliseconds: within one frame of a 60 Hz screen. */
const TICK_MS = 10;

/** Called with the share that is done, 0 to 1. */
export type OnProgress = (done: number) => void;

/** The smallest WebAssembly module: its header. */
const EMPTY_MODULE = Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0);

/** True if WebAssembly is there and may compile: a content security policy can forbid it as well. */
function canCompileWebAssembly(): boolean {
  try {
    return new WebAssembly.Module(EMPTY_MODULE) instanceof WebAssembly.Module;
  } catch {
    return false;
  }
}

/** 32 bytes from a password. Computes on this thread: in pages, `root.ts` calls it in a worker. */
export async function argon2id(
  password: Bytes,
  salt: Bytes,
  onProgress: OnProgress,
): Promise<Bytes> {
  // The library takes the value of a lone byte for a length, and would refuse it.
  const compute = password.length > 1 && canCompileWebAssembly() ? byWebAssembly : byJavaScript;
  onProgress(0);
  const root = await compute(password, salt, inSteps(onProgress));
  onProgress(1);
  return root;
}

/** Reports whole percents only: the library reports thirteen thousand times. */
function inSteps(onProgress: OnProgress): OnProgress {
  let reported = 0;
  return (done) => {
    const percent = Math.floor(done * 100);
    if (percent <= reported) return;
    reported = percent;
    onProgress(percent / 100);
  };
}

/** By WebAssembly: one call of about a tenth of a second, without progress. */
export async function byWebAssembly(password: Bytes, salt: Bytes): Promise<Bytes> {
  const { load } = await import("./argon2-wasm");
  const argon2id = await load();
  const root = argon2id({
    password,
    salt,
    memorySize: MEMORY_KIB,
    passes: PASSES,
    parallelism: PARALLELISM,
    tagLength: KEY_BYTES,
  });
  return new Uint8Array(root);
}

/** By JavaScript. */
export async function byJavaScript(
  password: Bytes,
  salt: Bytes,
  onProgress: OnProgress,
): Promise<Bytes> {
  const { argon2idAsync } = await import("@noble/hashes/argon2.js");
  const root = await argon2idAsync(password, salt, {
    m: MEMORY_KIB,
    t: PASSES,
    p: PARALLELISM,
    version: 0x13,
    dkLen: KEY_BYTES,
    asyncTick: TICK_MS,
    onProgress,
  });
  return new Uint8Array(root);
}
