/**
 * The one ciphersuite: 0x004F of draft-ietf-mls-pq-ciphersuites, X-Wing (ML-KEM-768 + X25519), AES-128-GCM, SHA-256, Ed25519.
 *
 * Invariant: only this suite is imported, part by part, so that no other comes into the bundle. ts-mls 1.6.4 knows the
 * number 0x004F by the name of an older draft; the number is what goes over the wire.
 */
import { Aes128Gcm, CipherSuite, HkdfSha256 } from "@hpke/core";
import { XWing } from "@hpke/hybridkem-x-wing";
import type { Aead } from "ts-mls/crypto/aead.js";
import type { CiphersuiteImpl, CiphersuiteName } from "ts-mls/crypto/ciphersuite.js";
import type { Hash } from "ts-mls/crypto/hash.js";
import { makeHashImpl } from "ts-mls/crypto/implementation/default/makeHashImpl.js";
import { makeKdfImpl } from "ts-mls/crypto/implementation/default/makeKdfImpl.js";
import { makeGenericHpke } from "ts-mls/crypto/implementation/hpke.js";
import type { Kdf } from "ts-mls/crypto/kdf.js";
import type { Signature } from "ts-mls/crypto/signature.js";
import { type Bytes, random } from "../bytes";
import { ed25519 } from "../ed25519";
import { KEY_BYTES } from "../limits";

/** What ts-mls 1.6.4 calls 0x004F. */
export const SUITE_NAME: CiphersuiteName = "MLS_256_MLKEM768_AES256GCM_SHA384_Ed25519";

/** Hash and key derivation of the suite. */
export interface HashSuite {
  readonly hash: Hash;
  readonly kdf: Kdf;
}

const webCryptoHash: HashSuite = {
  hash: makeHashImpl(crypto.subtle, "SHA-256"),
  kdf: makeKdfImpl(new HkdfSha256()),
};

/** The library's arrays are ordinary ones, which its types leave open; copies of keys would have to be wiped. */
const own = (bytes: Uint8Array): Bytes => bytes as Bytes;

function aesKey(key: Uint8Array, use: KeyUsage): Promise<CryptoKey> {
  return crypto.subtle.importKey("raw", own(key), "AES-GCM", false, [use]);
}

function aesParams(nonce: Uint8Array, aad: Uint8Array): AesGcmParams {
  return { name: "AES-GCM", iv: own(nonce), additionalData: own(aad) };
}

const aes: Aead = {
  async encrypt(key, nonce, aad, plaintext) {
    const k = await aesKey(key, "encrypt");
    return new Uint8Array(await crypto.subtle.encrypt(aesParams(nonce, aad), k, own(plaintext)));
  },
  async decrypt(key, nonce, aad, ciphertext) {
    const k = await aesKey(key, "decrypt");
    return new Uint8Array(await crypto.subtle.decrypt(aesParams(nonce, aad), k, own(ciphertext)));
  },
};

const signature: Signature = {
  async sign(seed, message): Promise<Bytes> {
    return (await ed25519()).sign(seed, message);
  },
  async verify(publicKey, message, signed): Promise<boolean> {
    return (await ed25519()).verify(publicKey, message, signed);
  },
  async keygen() {
    const signKey = random(KEY_BYTES);
    return { signKey, publicKey: await (await ed25519()).publicKey(signKey) };
  },
};

async function make(): Promise<CiphersuiteImpl> {
  const parts = new CipherSuite({
    kem: new XWing(),
    kdf: new HkdfSha256(),
    aead: new Aes128Gcm(),
  });
  const algorithms = { kem: "X-Wing", kdf: "HKDF-SHA256", aead: "AES128GCM" } as const;
  // Node's WebCrypto takes milliseconds for each HMAC; browsers' does not. Builds for browsers drop the first branch.
  const hashes = import.meta.env.SSR ? (await import("./library-hash")).libraryHash : webCryptoHash;
  return {
    name: SUITE_NAME,
    ...hashes,
    hpke: await makeGenericHpke(algorithms, aes, parts),
    signature,
    rng: { randomBytes: random },
  };
}

let made: Promise<CiphersuiteImpl> | undefined;

/** The suite, made once. */
export function cipherSuite(): Promise<CiphersuiteImpl> {
  made ??= make();
  return made;
}
