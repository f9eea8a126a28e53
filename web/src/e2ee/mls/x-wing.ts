/**
 * X-Wing (draft-connolly-cfrg-xwing-kem): ML-KEM-768 (FIPS 203) and X25519 together, so that a secret holds while either does.
 *
 * Invariants: a secret key is the 32-byte seed of both parts; what is expanded from it is wiped after each use.
 */
import { sha3_256, shake256 } from "@noble/hashes/sha3.js";
import { ml_kem768 } from "@noble/post-quantum/ml-kem.js";
import { type Bytes, concat, copy, random } from "../bytes";
import { KEY_BYTES } from "../limits";
import { x25519 } from "../x25519";

/** Bytes of an ML-KEM-768 public key and ciphertext; an X25519 key follows each. */
const ML_KEM_PUBLIC_BYTES = 1184;
const ML_KEM_CIPHERTEXT_BYTES = 1088;
export const PUBLIC_KEY_BYTES = ML_KEM_PUBLIC_BYTES + KEY_BYTES;
export const CIPHERTEXT_BYTES = ML_KEM_CIPHERTEXT_BYTES + KEY_BYTES;
/** The seed of ML-KEM (d and z) and the X25519 secret, from SHAKE256 of the secret key. */
const ML_KEM_SEED_BYTES = 64;
/** Written `\./` over `/^\` in the draft. */
const LABEL = Uint8Array.of(92, 46, 47, 47, 94, 92);

interface Expanded {
  readonly mlKem: { readonly publicKey: Uint8Array; readonly secretKey: Uint8Array };
  readonly x: Uint8Array;
  wipe(): void;
}

function expand(seed: Uint8Array): Expanded {
  const expanded = shake256(seed, { dkLen: ML_KEM_SEED_BYTES + KEY_BYTES });
  const mlKem = ml_kem768.keygen(expanded.subarray(0, ML_KEM_SEED_BYTES));
  return {
    mlKem,
    x: expanded.subarray(ML_KEM_SEED_BYTES),
    wipe() {
      expanded.fill(0);
      mlKem.secretKey.fill(0);
    },
  };
}

/** The shared secret of both parts; they are wiped. */
function combine(m: Uint8Array, x: Uint8Array, ciphertext: Uint8Array, publicKey: Uint8Array) {
  const all = concat(m, x, ciphertext, publicKey, LABEL);
  const secret = copy(sha3_256(all));
  for (const part of [m, x, all]) part.fill(0);
  return secret;
}

/** A secret key from keying material of any length (the draft's DeriveKeyPair). */
export function deriveSecretKey(material: Uint8Array): Bytes {
  return copy(shake256(material, { dkLen: KEY_BYTES }));
}

/** The public key of a secret key. */
export async function publicKeyOf(secretKey: Uint8Array): Promise<Bytes> {
  const expanded = expand(secretKey);
  try {
    return concat(expanded.mlKem.publicKey, await (await x25519()).publicKey(expanded.x));
  } finally {
    expanded.wipe();
  }
}

/** A fresh secret for whoever has the secret key to `publicKey`. Throws if that is no public key. */
export async function encapsulate(
  publicKey: Uint8Array,
): Promise<{ readonly secret: Bytes; readonly ciphertext: Bytes }> {
  if (publicKey.length !== PUBLIC_KEY_BYTES) throw new RangeError("not a public key of X-Wing");
  const x = await x25519();
  const publicX = publicKey.subarray(ML_KEM_PUBLIC_BYTES);
  const ephemeral = random(KEY_BYTES);
  const ciphertextX = await x.publicKey(ephemeral);
  const sharedX = await x.sharedSecret(ephemeral, publicX);
  ephemeral.fill(0);
  const m = ml_kem768.encapsulate(publicKey.slice(0, ML_KEM_PUBLIC_BYTES));
  return {
    secret: combine(m.sharedSecret, sharedX, ciphertextX, publicX),
    ciphertext: concat(m.cipherText, ciphertextX),
  };
}

/** The secret in a ciphertext. A ciphertext for another key gives another secret, or throws. */
export async function decapsulate(secretKey: Uint8Array, ciphertext: Uint8Array): Promise<Bytes> {
  if (ciphertext.length !== CIPHERTEXT_BYTES) throw new RangeError("not a ciphertext of X-Wing");
  const x = await x25519();
  const expanded = expand(secretKey);
  try {
    const ciphertextX = ciphertext.subarray(ML_KEM_CIPHERTEXT_BYTES);
    const m = ciphertext.slice(0, ML_KEM_CIPHERTEXT_BYTES);
    return combine(
      ml_kem768.decapsulate(m, expanded.mlKem.secretKey),
      await x.sharedSecret(expanded.x, ciphertextX),
      ciphertextX,
      await x.publicKey(expanded.x),
    );
  } finally {
    expanded.wipe();
  }
}
