/**
 * Ed25519 (RFC 8032): by WebCrypto where the browser has it, else by a library that is loaded only then.
 *
 * Invariant: private keys are 32-byte seeds everywhere outside this module.
 */
import { type Bytes, concat, copy } from "./bytes";

/** What both implementations do. */
export interface Ed25519 {
  publicKey(seed: Uint8Array): Promise<Bytes>;
  sign(seed: Uint8Array, message: Uint8Array): Promise<Bytes>;
  verify(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): Promise<boolean>;
}

/** PKCS #8 (RFC 8410) around a 32-byte seed, up to the seed: the only form WebCrypto takes. */
const PKCS8_PREFIX = Uint8Array.of(48, 46, 2, 1, 0, 48, 5, 6, 3, 43, 101, 112, 4, 34, 4, 32);

async function privateKey(seed: Uint8Array, extractable: boolean): Promise<CryptoKey> {
  const pkcs8 = concat(PKCS8_PREFIX, seed);
  try {
    return await crypto.subtle.importKey("pkcs8", pkcs8, "Ed25519", extractable, ["sign"]);
  } finally {
    pkcs8.fill(0);
  }
}

/** WebCrypto's. Chromium has it from version 137 on, Firefox from 129, Safari from 17. */
export const webCryptoEd25519: Ed25519 = {
  async publicKey(seed) {
    const { x } = await crypto.subtle.exportKey("jwk", await privateKey(seed, true));
    const text = atob((x ?? "").replaceAll("-", "+").replaceAll("_", "/"));
    return Uint8Array.from(text, (c) => c.charCodeAt(0));
  },
  async sign(seed, message) {
    const key = await privateKey(seed, false);
    return new Uint8Array(await crypto.subtle.sign("Ed25519", key, copy(message)));
  },
  async verify(publicKey, message, signature) {
    const key = await crypto.subtle
      .importKey("raw", copy(publicKey), "Ed25519", false, ["verify"])
      .catch(() => undefined);
    if (key === undefined) return false;
    return crypto.subtle.verify("Ed25519", key, copy(signature), copy(message));
  },
};

async function choose(): Promise<Ed25519> {
  try {
    await webCryptoEd25519.publicKey(new Uint8Array(32));
    return webCryptoEd25519;
  } catch {
    return (await import("./ed25519-fallback")).libraryEd25519;
  }
}

let chosen: Promise<Ed25519> | undefined;

/** The implementation for this browser, tried out once. */
export function ed25519(): Promise<Ed25519> {
  chosen ??= choose();
  return chosen;
}
