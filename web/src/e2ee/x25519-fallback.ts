/** X25519 for browsers whose WebCrypto lacks it; a chunk of its own that others never load. */
import { x25519 } from "@noble/curves/ed25519.js";
import { copy } from "./bytes";
import type { X25519 } from "./x25519";

export const libraryX25519: X25519 = {
  async publicKey(secret) {
    return copy(x25519.getPublicKey(secret));
  },
  async sharedSecret(secret, publicKey) {
    return copy(x25519.getSharedSecret(secret, publicKey));
  },
};
