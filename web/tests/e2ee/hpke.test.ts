/** Our HPKE and X-Wing against those of @hpke/core, both ways; and both implementations of X25519 against RFC 7748. */
import { Aes128Gcm, CipherSuite, HkdfSha256 } from "@hpke/core";
import { XWing } from "@hpke/hybridkem-x-wing";
import { describe, expect, test } from "vitest";
import { random, utf8 } from "../../src/e2ee/bytes";
import { webCryptoKdf } from "../../src/e2ee/mls/hkdf";
import { makeHpke } from "../../src/e2ee/mls/hpke";
import { libraryHash } from "../../src/e2ee/mls/library-hash";
import { cipherSuite } from "../../src/e2ee/mls/suite";
import { webCryptoX25519 } from "../../src/e2ee/x25519";
import { libraryX25519 } from "../../src/e2ee/x25519-fallback";
import { hex, unhex } from "./vectors";

const theirs = new CipherSuite({
  kem: new XWing(),
  kdf: new HkdfSha256(),
  aead: new Aes128Gcm(),
});
const buffer = (bytes: Uint8Array): ArrayBuffer => bytes.slice().buffer as ArrayBuffer;
/** Our suite's cipher. */
const aead = async () => {
  const { hpke } = await cipherSuite();
  return { encrypt: hpke.encryptAead, decrypt: hpke.decryptAead };
};

describe.each([
  ["over WebCrypto", webCryptoKdf],
  ["over the library", libraryHash.kdf],
])("HPKE %s", (_, kdf) => {
  test("key pairs from the same material are the same", async () => {
    const ours = makeHpke(kdf, await aead());
    for (const length of [32, 64]) {
      const material = random(length);
      const mine = await ours.deriveKeyPair(material);
      const other = await theirs.kem.deriveKeyPair(buffer(material));
      const secret = new Uint8Array(await theirs.kem.serializePrivateKey(other.privateKey));
      const open = new Uint8Array(await theirs.kem.serializePublicKey(other.publicKey));
      expect(hex(await ours.exportPrivateKey(mine.privateKey))).toBe(hex(secret));
      expect(hex(await ours.exportPublicKey(mine.publicKey))).toBe(hex(open));
    }
  });

  test.each([0, 1, 33, 70_000])("%i bytes sealed by either are opened by the other", async (n) => {
    const ours = makeHpke(kdf, await aead());
    const [info, aad] = [random(17), random(5)];
    const message = new Uint8Array(n).fill(7);
    const mine = await ours.generateKeyPair();
    const publicKey = await theirs.kem.deserializePublicKey(
      buffer(await ours.exportPublicKey(mine.publicKey)),
    );
    const sealed = await theirs.seal(
      { recipientPublicKey: publicKey, info: buffer(info) },
      buffer(message),
      buffer(aad),
    );
    const [enc, ct] = [new Uint8Array(sealed.enc), new Uint8Array(sealed.ct)];
    expect(await ours.open(mine.privateKey, enc, ct, info, aad)).toEqual(message);

    const privateKey = await theirs.kem.deserializePrivateKey(
      buffer(await ours.exportPrivateKey(mine.privateKey)),
    );
    const own = await ours.seal(mine.publicKey, message, info, aad);
    const opened = await theirs.open(
      { recipientKey: privateKey, enc: buffer(own.enc), info: buffer(info) },
      buffer(own.ct),
      buffer(aad),
    );
    expect(new Uint8Array(opened)).toEqual(message);
  });

  test("exported secrets are the same", async () => {
    const ours = makeHpke(kdf, await aead());
    const mine = await ours.generateKeyPair();
    const [about, info] = [utf8("what it is for"), random(9)];
    const { enc, secret } = await ours.exportSecret(mine.publicKey, about, 32, info);
    expect(await ours.importSecret(mine.privateKey, about, enc, 32, info)).toEqual(secret);
    const recipientKey = await theirs.kem.deserializePrivateKey(
      buffer(await ours.exportPrivateKey(mine.privateKey)),
    );
    const context = await theirs.createRecipientContext({
      recipientKey,
      enc: buffer(enc),
      info: buffer(info),
    });
    expect(new Uint8Array(await context.export(buffer(about), 32))).toEqual(secret);
  });

  test("what was changed on the way, or is for another, is not opened", async () => {
    const ours = makeHpke(kdf, await aead());
    const [mine, other] = [await ours.generateKeyPair(), await ours.generateKeyPair()];
    const info = random(3);
    const { enc, ct } = await ours.seal(mine.publicKey, utf8("secret"), info);
    const changed = (bytes: Uint8Array, at: number) =>
      bytes.map((byte, i) => (i === at ? byte ^ 1 : byte));
    const refused = [
      () => ours.open(other.privateKey, enc, ct, info),
      () => ours.open(mine.privateKey, changed(enc, 0), ct, info),
      () => ours.open(mine.privateKey, changed(enc, enc.length - 2), ct, info),
      () => ours.open(mine.privateKey, enc.slice(1), ct, info),
      () => ours.open(mine.privateKey, enc, changed(ct, 0), info),
      () => ours.open(mine.privateKey, enc, ct, random(4)),
      () => ours.open(mine.privateKey, enc, ct, info, random(1)),
    ];
    for (const attempt of refused) await expect(attempt()).rejects.toThrow("cannot be opened");
    await expect(ours.importPublicKey(new Uint8Array(5))).rejects.toThrow();
    await expect(ours.importPrivateKey(new Uint8Array(5))).rejects.toThrow();
    // No valid ML-KEM key: its numbers are too large.
    const wrong = await ours.importPublicKey(new Uint8Array(1216).fill(0xff));
    await expect(ours.seal(wrong, utf8("x"), info)).rejects.toThrow();
  });
});

describe.each([
  ["by WebCrypto", webCryptoX25519],
  ["by the library", libraryX25519],
])("X25519 %s", (_, x25519) => {
  test("RFC 7748, section 6.1", async () => {
    const bob = unhex("5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb");
    const alice = unhex("8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a");
    expect(hex(await x25519.publicKey(bob))).toBe(
      "de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f",
    );
    expect(hex(await x25519.sharedSecret(bob, alice))).toBe(
      "4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742",
    );
  });

  test("a key that leads to no secret is refused", async () => {
    const secret = random(32);
    for (const low of [new Uint8Array(32), Uint8Array.of(1, ...new Uint8Array(31))])
      await expect(x25519.sharedSecret(secret, low)).rejects.toThrow();
  });
});

test("both X25519 agree", async () => {
  for (let i = 0; i < 20; i++) {
    const [a, b] = [random(32), random(32)];
    const publicB = await libraryX25519.publicKey(b);
    expect(await webCryptoX25519.publicKey(b)).toEqual(publicB);
    expect(await webCryptoX25519.sharedSecret(a, publicB)).toEqual(
      await libraryX25519.sharedSecret(a, publicB),
    );
  }
});
