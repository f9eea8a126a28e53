/** Hash and key derivation of the suite in JavaScript: for Node, that is for tests. */
import { expand, extract } from "@noble/hashes/hkdf.js";
import { hmac } from "@noble/hashes/hmac.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { equal } from "../bytes";
import type { HashSuite } from "./suite";

export const libraryHash: HashSuite = {
  hash: {
    async digest(data) {
      return sha256(data);
    },
    async mac(key, data) {
      return hmac(sha256, key, data);
    },
    async verifyMac(key, mac, data) {
      return equal(hmac(sha256, key, data), mac);
    },
  },
  kdf: {
    size: sha256.outputLen,
    async extract(salt, ikm) {
      return extract(sha256, ikm, salt);
    },
    async expand(prk, info, length) {
      return expand(sha256, prk, info, length);
    },
  },
};
