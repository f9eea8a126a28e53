/** Ed25519 for browsers whose WebCrypto lacks it; a chunk of its own that others never load. */
import { ed25519 } from "@noble/curves/ed25519.js";
import { copy } from "./bytes";
import type { Ed25519 } from "./ed25519";

export const libraryEd25519: Ed25519 = {
  async publicKey(seed) {
    return copy(ed25519.getPublicKey(seed));
  },
  async sign(seed, message) {
    return copy(ed25519.sign(message, seed));
  },
  async verify(publicKey, message, signature) {
    try {
      // RFC 8032's check, not the laxer one of ZIP 215: what WebCrypto refuses is refused here too.
      return ed25519.verify(signature, message, publicKey, { zip215: false });
    } catch {
      return false;
    }
  },
};
