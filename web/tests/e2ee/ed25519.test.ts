/** Both implementations of Ed25519 against RFC 8032, section 7.1, and against each other. */
import { describe, expect, test } from "vitest";
import { random } from "../../src/e2ee/bytes";
import { webCryptoEd25519 } from "../../src/e2ee/ed25519";
import { libraryEd25519 } from "../../src/e2ee/ed25519-fallback";
import { hex, unhex } from "./vectors";

/** RFC 8032, section 7.1: seed, public key, message, signature. */
const RFC_8032 = [
  [
    "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
    "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
    "",
    "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
  ],
  [
    "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
    "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
    "72",
    "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
  ],
] as const;

const both = { "by WebCrypto": webCryptoEd25519, "by the library": libraryEd25519 };

describe.each(Object.entries(both))("%s", (_, ed25519) => {
  test.each(RFC_8032)("RFC 8032: %s", async (seed, publicKey, message, signature) => {
    expect(hex(await ed25519.publicKey(unhex(seed)))).toBe(publicKey);
    expect(hex(await ed25519.sign(unhex(seed), unhex(message)))).toBe(signature);
    const [key, signed] = [unhex(publicKey), unhex(signature)];
    expect(await ed25519.verify(key, unhex(message), signed)).toBe(true);
    expect(await ed25519.verify(key, unhex(`${message}00`), signed)).toBe(false);
  });

  test("what is no key or no signature does not verify, and does not throw", async () => {
    const seed = random(32);
    const key = await ed25519.publicKey(seed);
    const signature = await ed25519.sign(seed, unhex("00"));
    expect(await ed25519.verify(key.slice(1), unhex("00"), signature)).toBe(false);
    expect(await ed25519.verify(key, unhex("00"), signature.slice(1))).toBe(false);
    expect(await ed25519.verify(key, unhex("00"), new Uint8Array())).toBe(false);
  });
});
