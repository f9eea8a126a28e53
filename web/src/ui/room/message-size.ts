/** How long a message may be (docs/PROTOCOL.md, section 9). */

/** Bytes of UTF-8. */
const MAX_MESSAGE_BYTES = 65_536;
/** A character takes at most so many bytes: texts below this need no counting. */
const BYTES_PER_UNIT = 3;

const encoder = new TextEncoder();

/** By how many bytes a text is too long; 0 if it is not. */
export function bytesOver(text: string): number {
  if (text.length * BYTES_PER_UNIT <= MAX_MESSAGE_BYTES) return 0;
  return Math.max(0, encoder.encode(text).length - MAX_MESSAGE_BYTES);
}
