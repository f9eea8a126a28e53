/**
 * Seals and padding (docs/PROTOCOL.md, section 7): AES-256-GCM under a random nonce, over content padded to size classes,
 * bound to what it is by its associated data.
 *
 * Invariants: a key is a non-extractable CryptoKey, so no later bug can leak it; every failure to open is one and the
 * same error, whatever the reason.
 */
import { type Bytes, concat, copy, random, utf8 } from "./bytes";
import { encode } from "./decode";
import { E2eeError } from "./error";

/** AES-GCM's nonce, in bytes. */
const NONCE_BYTES = 12;
/** The smallest size class; they double from here on. */
const MIN_CLASS = 256;
/** From here on, sizes grow by this step. */
const STEP = 65536;
/** ISO/IEC 7816-4: marks where the content ends. */
const MARKER = 0x80;

/** A key that seals. */
export type SealKey = CryptoKey;

/** What belongs to the group and travels under the seal key. */
export const SealKind = { GroupState: 1, Commit: 2, Message: 3 } as const;
export type SealKind = (typeof SealKind)[keyof typeof SealKind];

/** Make a key of 32 bytes, which are wiped. */
export async function sealKey(bytes: Bytes): Promise<SealKey> {
  const uses: KeyUsage[] = ["encrypt", "decrypt"];
  const key = await crypto.subtle.importKey("raw", bytes, "AES-GCM", false, uses);
  bytes.fill(0);
  return key;
}

/** Associated data of what belongs to the group. */
export function groupAad(roomId: Uint8Array, kind: SealKind, epoch: bigint): Bytes {
  return encode((w) => {
    w.raw(utf8("sanctuary/1 seal")).raw(roomId).u8(kind).u64(epoch);
  });
}

/** Associated data of a rekey; `epoch` is the new one. */
export function rekeyAad(roomId: Uint8Array, epoch: bigint): Bytes {
  return encode((w) => {
    w.raw(utf8("sanctuary/1 rekey")).raw(roomId).u64(epoch);
  });
}

/** Associated data of the room name. */
export function roomNameAad(roomId: Uint8Array): Bytes {
  return concat(utf8("sanctuary/1 room name"), roomId);
}

/** Associated data of a capsule. */
export function capsuleAad(sessionKey: Uint8Array): Bytes {
  return concat(utf8("sanctuary/1 capsule"), sessionKey);
}

/** The size of the class that holds `length` bytes of content and the marker. */
export function paddedLength(length: number): number {
  let size = MIN_CLASS;
  while (size < STEP && size < length + 1) size *= 2;
  return size >= length + 1 ? size : Math.ceil((length + 1) / STEP) * STEP;
}

/** Content, marker and zeros up to the next size class, or up to `atLeast`, which is one. */
export function pad(content: Uint8Array, atLeast = MIN_CLASS): Bytes {
  const padded = new Uint8Array(Math.max(paddedLength(content.length), atLeast));
  padded.set(content);
  padded[content.length] = MARKER;
  return padded;
}

/** The content of what was padded; throws the one error of seals. */
export function unpad(padded: Uint8Array): Bytes {
  let end = padded.length - 1;
  while (end >= 0 && padded[end] === 0) end -= 1;
  if (padded[end] !== MARKER) throw sealError();
  return copy(padded.subarray(0, end));
}

/** Seal content under a key, padded to a size class of `atLeast`. `nonce` is for test vectors only. */
export async function seal(
  key: SealKey,
  aad: Bytes,
  content: Uint8Array,
  nonce: Bytes = random(NONCE_BYTES),
  atLeast = MIN_CLASS,
): Promise<Bytes> {
  const padded = pad(content, atLeast);
  const params = { name: "AES-GCM", iv: nonce, additionalData: aad };
  const sealed = await crypto.subtle.encrypt(params, key, padded);
  padded.fill(0);
  return concat(nonce, new Uint8Array(sealed));
}

/** Open what was sealed under this key and associated data. */
export async function open(key: SealKey, aad: Bytes, sealed: Uint8Array): Promise<Bytes> {
  const iv = copy(sealed.subarray(0, NONCE_BYTES));
  const params = { name: "AES-GCM", iv, additionalData: aad };
  let padded: Uint8Array;
  try {
    const input = copy(sealed.subarray(NONCE_BYTES));
    padded = new Uint8Array(await crypto.subtle.decrypt(params, key, input));
  } catch {
    throw sealError();
  }
  try {
    return unpad(padded);
  } finally {
    padded.fill(0);
  }
}

function sealError(): E2eeError {
  return new E2eeError("seal", "a seal does not open; it was changed, or made under another key");
}
