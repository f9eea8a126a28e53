/**
 * X25519 (RFC 7748): by WebCrypto where the browser has it, else by a library that is loaded only then.
 *
 * Invariant: both refuse a public key that leads to the zero secret, as RFC 9180, section 7.1.4 asks.
 */
import { type Bytes, concat, copy } from "./bytes";

/** What both implementations do. */
export interface X25519 {
  publicKey(secret: Uint8Array): Promise<Bytes>;
  /** Throws if the public key is none, or leads to the zero secret. */
  sharedSecret(secret: Uint8Array, publicKey: Uint8Array): Promise<Bytes>;
}

const BITS = 256;
/** PKCS #8 (RFC 8410) around a 32-byte secret, up to the secret: the only form WebCrypto takes. */
const PKCS8_PREFIX = Uint8Array.of(48, 46, 2, 1, 0, 48, 5, 6, 3, 43, 101, 110, 4, 34, 4, 32);
/** The base point (RFC 7748, section 6.1). */
const BASE_POINT = Uint8Array.of(9, ...new Uint8Array(31));

/** WebCrypto's. Chromium has it from version 133 on, Firefox from 130, Safari from 17. */
export const webCryptoX25519: X25519 = {
  publicKey(secret) {
    return webCryptoX25519.sharedSecret(secret, BASE_POINT);
  },
  async sharedSecret(secret, publicKey) {
    const pkcs8 = concat(PKCS8_PREFIX, secret);
    try {
      const [own, other] = await Promise.all([
        crypto.subtle.importKey("pkcs8", pkcs8, "X25519", false, ["deriveBits"]),
        crypto.subtle.importKey("raw", copy(publicKey), "X25519", false, []),
      ]);
      const params = { name: "X25519", public: other };
      const shared = new Uint8Array(await crypto.subtle.deriveBits(params, own, BITS));
      if (shared.every((byte) => byte === 0)) throw new RangeError("a key leads to no secret");
      return shared;
    } finally {
      pkcs8.fill(0);
    }
  },
};

async function choose(): Promise<X25519> {
  try {
    await webCryptoX25519.publicKey(new Uint8Array(32).fill(1));
    return webCryptoX25519;
  } catch {
    return (await import("./x25519-fallback")).libraryX25519;
  }
}

let chosen: Promise<X25519> | undefined;

/** The implementation for this browser, tried out once. */
export function x25519(): Promise<X25519> {
  chosen ??= choose();
  return chosen;
}
