/**
 * HPKE (RFC 9180) in base mode with X-Wing, HKDF-SHA256 and AES-128-GCM, as ts-mls wants it.
 *
 * Invariants: each context encrypts one message, so its first nonce is the base nonce and there is no second; secrets
 * are wiped when the message is done. What cannot be opened is one opaque error. Tests hold this to `@hpke/core`.
 */
import type { Aead } from "ts-mls/crypto/aead.js";
import type { Hpke, PrivateKey, PublicKey } from "ts-mls/crypto/hpke.js";
import type { Kdf } from "ts-mls/crypto/kdf.js";
import { CryptoError } from "ts-mls/mlsError.js";
import { type Bytes, concat, copy, random, utf8 } from "../bytes";
import { KEY_BYTES } from "../limits";
import { decapsulate, deriveSecretKey, encapsulate, PUBLIC_KEY_BYTES, publicKeyOf } from "./x-wing";

/** AES-128-GCM. */
const AEAD_KEY_BYTES = 16;
const AEAD_NONCE_BYTES = 12;
/** "HPKE", then the numbers of X-Wing, HKDF-SHA256 and AES-128-GCM. */
const SUITE_ID = concat(utf8("HPKE"), Uint8Array.of(0x64, 0x7a, 0, 1, 0, 1));
const VERSION = utf8("HPKE-v1");
const MODE_BASE = 0;
const NONE = new Uint8Array();

/** What the library passes around as keys and never looks into. */
interface HeldKey {
  readonly type: "public" | "private";
  readonly bytes: Bytes;
}
const held = (key: PublicKey | PrivateKey): Bytes => (key as unknown as HeldKey).bytes;
const hold = <K>(type: HeldKey["type"], bytes: Uint8Array): K =>
  ({ type, bytes: copy(bytes) }) as unknown as K;

/** The context of one message (RFC 9180, section 5.1). */
interface Context {
  readonly key: Uint8Array;
  readonly nonce: Uint8Array;
  readonly exporter: Uint8Array;
}

class Schedule {
  constructor(readonly kdf: Kdf) {}

  async extract(salt: Uint8Array, label: string, material: Uint8Array): Promise<Uint8Array> {
    const labelled = concat(VERSION, SUITE_ID, utf8(label), material);
    const extracted = await this.kdf.extract(salt, labelled);
    labelled.fill(0);
    return extracted;
  }

  expand(secret: Uint8Array, label: string, info: Uint8Array, length: number) {
    const lengths = Uint8Array.of(length >> 8, length & 0xff);
    return this.kdf.expand(secret, concat(lengths, VERSION, SUITE_ID, utf8(label), info), length);
  }

  /** Runs `use` in the context of a shared secret; both are wiped. */
  async with<T>(
    shared: Uint8Array,
    info: Uint8Array,
    use: (context: Context) => Promise<T>,
  ): Promise<T> {
    const [pskId, infoHash, secret] = await Promise.all([
      this.extract(NONE, "psk_id_hash", NONE),
      this.extract(NONE, "info_hash", info),
      this.extract(shared, "secret", NONE),
    ]);
    const about = concat(Uint8Array.of(MODE_BASE), pskId, infoHash);
    const [key, nonce, exporter] = await Promise.all([
      this.expand(secret, "key", about, AEAD_KEY_BYTES),
      this.expand(secret, "base_nonce", about, AEAD_NONCE_BYTES),
      this.expand(secret, "exp", about, this.kdf.size),
    ]);
    try {
      return await use({ key, nonce, exporter });
    } finally {
      for (const bytes of [shared, secret, key, nonce, exporter]) bytes.fill(0);
    }
  }
}

/** Any failure of `attempt` as the one error of the library, which tells nothing. */
async function opaque<T>(attempt: () => Promise<T>): Promise<T> {
  try {
    return await attempt();
  } catch {
    throw new CryptoError("cannot be opened with this key");
  }
}

async function pair(secretKey: Bytes): Promise<{ privateKey: PrivateKey; publicKey: PublicKey }> {
  return {
    privateKey: hold("private", secretKey),
    publicKey: hold("public", await publicKeyOf(secretKey)),
  };
}

/** The functions that ts-mls asks for, over this key derivation and cipher. */
export function makeHpke(kdf: Kdf, aead: Aead): Hpke {
  const schedule = new Schedule(kdf);
  return {
    async seal(publicKey, plaintext, info, aad = NONE) {
      const { secret, ciphertext } = await encapsulate(held(publicKey));
      const ct = await schedule.with(secret, info, ({ key, nonce }) =>
        aead.encrypt(key, nonce, aad, plaintext),
      );
      return { ct, enc: ciphertext };
    },
    open: (privateKey, enc, ciphertext, info, aad = NONE) =>
      opaque(async () =>
        schedule.with(await decapsulate(held(privateKey), enc), info, ({ key, nonce }) =>
          aead.decrypt(key, nonce, aad, ciphertext),
        ),
      ),
    async exportSecret(publicKey, about, length, info) {
      const { secret, ciphertext } = await encapsulate(held(publicKey));
      const exported = await schedule.with(secret, info, ({ exporter }) =>
        schedule.expand(exporter, "sec", about, length),
      );
      return { enc: ciphertext, secret: exported };
    },
    importSecret: (privateKey, about, enc, length, info) =>
      opaque(async () =>
        schedule.with(await decapsulate(held(privateKey), enc), info, ({ exporter }) =>
          schedule.expand(exporter, "sec", about, length),
        ),
      ),
    async importPrivateKey(bytes) {
      if (bytes.length !== KEY_BYTES) throw new CryptoError("not a private key of X-Wing");
      return hold("private", bytes);
    },
    async importPublicKey(bytes) {
      if (bytes.length !== PUBLIC_KEY_BYTES) throw new CryptoError("not a public key of X-Wing");
      return hold("public", bytes);
    },
    exportPublicKey: async (key) => copy(held(key)),
    exportPrivateKey: async (key) => copy(held(key)),
    encryptAead: (key, nonce, aad = NONE, plaintext) => aead.encrypt(key, nonce, aad, plaintext),
    decryptAead: (key, nonce, aad = NONE, ciphertext) =>
      opaque(() => aead.decrypt(key, nonce, aad, ciphertext)),
    deriveKeyPair: async (material) => pair(deriveSecretKey(material)),
    generateKeyPair: async () => pair(random(KEY_BYTES)),
    keyLength: AEAD_KEY_BYTES,
    nonceLength: AEAD_NONCE_BYTES,
  };
}
