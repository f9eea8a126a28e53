/** HKDF-SHA256 (RFC 5869) with its two steps apart, over the HMAC of WebCrypto, which has them only in one. */
import type { Kdf } from "ts-mls/crypto/kdf.js";
import { type Bytes, concat, copy } from "../bytes";

/** SHA-256. */
const HASH_BYTES = 32;

async function mac(key: Uint8Array, data: Bytes): Promise<Bytes> {
  const raw = copy(key);
  const params = { name: "HMAC", hash: "SHA-256" };
  const imported = await crypto.subtle.importKey("raw", raw, params, false, ["sign"]);
  raw.fill(0);
  return new Uint8Array(await crypto.subtle.sign("HMAC", imported, data));
}

export const webCryptoKdf: Kdf = {
  size: HASH_BYTES,
  extract(salt, material) {
    // No salt is one of zeros; an empty key is not taken.
    return mac(salt.length === 0 ? new Uint8Array(HASH_BYTES) : salt, copy(material));
  },
  async expand(secret, info, length) {
    const expanded = new Uint8Array(length);
    let last: Bytes = new Uint8Array();
    for (let at = 0, n = 1; at < length; at += HASH_BYTES, n += 1) {
      last = await mac(secret, concat(last, info, Uint8Array.of(n)));
      expanded.set(last.subarray(0, length - at), at);
    }
    last.fill(0);
    return expanded;
  },
};
