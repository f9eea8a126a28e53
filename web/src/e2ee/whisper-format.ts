/** A whisper as it travels (docs/PROTOCOL.md, section 9.5). */
import type { Reader, Writer } from "../wire";
import type { Bytes } from "./bytes";
import { E2eeError } from "./error";
import { MAX_WHISPER_SLOTS, MESSAGE_ID_BYTES } from "./limits";

/** The encapsulated secret of X-Wing. */
export const KEM_OUTPUT_BYTES = 1120;
/** The content key under AES-128-GCM: 32 bytes and the tag. */
export const SEALED_KEY_BYTES = 48;

/** The content key, sealed to one member, or to nobody. */
export interface WhisperSlot {
  readonly kemOutput: Bytes;
  readonly sealedKey: Bytes;
}

/** Something that only some can open. */
export interface Whisper {
  readonly kind: "whisper";
  readonly id: Bytes;
  /** 1, 2, 4, 8 … 128 of them. */
  readonly slots: readonly WhisperSlot[];
  /** Under the content key. */
  readonly sealed: Bytes;
}

export function writeWhisper(w: Writer, { id, slots, sealed }: Whisper): void {
  requireCount(slots.length);
  w.fixed(id, MESSAGE_ID_BYTES).items(slots, (inner, slot) => {
    inner.fixed(slot.kemOutput, KEM_OUTPUT_BYTES).fixed(slot.sealedKey, SEALED_KEY_BYTES);
  });
  w.vec(sealed);
}

export function readWhisper(r: Reader): Whisper {
  const id = r.fixed(MESSAGE_ID_BYTES);
  const slots = r.items((inner) => ({
    kemOutput: inner.fixed(KEM_OUTPUT_BYTES),
    sealedKey: inner.fixed(SEALED_KEY_BYTES),
  }));
  requireCount(slots.length);
  return { kind: "whisper", id, slots, sealed: r.vec() };
}

/** A power of two, so that members learn no more of how many it is for. */
function requireCount(count: number): void {
  const isPower = count > 0 && (count & (count - 1)) === 0;
  if (!isPower || count > MAX_WHISPER_SLOTS) {
    throw new E2eeError("encoding", "a whisper breaks the rules");
  }
}
