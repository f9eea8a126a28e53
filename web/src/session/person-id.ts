/** How people and messages are named within a tab: their bytes in hex. */
import { bytesToHex, hexToBytes } from "@noble/hashes/utils.js";

/** A person's id: the identity in hex. */
export function personId(identity: Uint8Array): string {
  return bytesToHex(identity);
}

/** The identity that an id names. */
export function identityOf(id: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(hexToBytes(id));
}
