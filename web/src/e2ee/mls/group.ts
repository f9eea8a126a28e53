/** How the library is set up: what docs/PROTOCOL.md, sections 8.1, 8.2 and 8.6 ask of it. */
import type { ClientConfig } from "ts-mls/clientConfig.js";
import { type ClientState, createGroup } from "ts-mls/clientState.js";
import type { CiphersuiteImpl } from "ts-mls/crypto/ciphersuite.js";
import { defaultKeyPackageEqualityConfig } from "ts-mls/keyPackageEqualityConfig.js";
import type { PreSharedKeyID } from "ts-mls/presharedkey.js";
import type { PskIndex } from "ts-mls/pskIndex.js";
import { equal, random, utf8 } from "../bytes";
import { creatorLeaf, identityOf, type LeafKeys } from "./leaf";

/** Names the external PSK (section 8.2). */
export const PSK_ID = utf8("sanctuary/1 external psk");

/** How many messages of one sender may be missing before later ones, so that they can still be read when they come. */
const SKIPPED_GENERATIONS = 64;
/** How far ahead of what was read a message may be: bounds the work that a hostile member can cause. */
const MAX_FORWARD_GENERATIONS = 4096;

/** The library's settings. Past epochs are kept by `Epoch`, not by the library, which would keep all of them. */
export const clientConfig: ClientConfig = {
  keyRetentionConfig: {
    retainKeysForGenerations: SKIPPED_GENERATIONS,
    retainKeysForEpochs: 1,
    maximumForwardRatchetSteps: MAX_FORWARD_GENERATIONS,
  },
  lifetimeConfig: { maximumTotalLifetime: 2n ** 63n, validateLifetimeOnReceive: false },
  keyPackageEqualityConfig: defaultKeyPackageEqualityConfig,
  paddingConfig: { kind: "alwaysPad", paddingLength: 0 },
  authService: {
    // What a leaf must look like beyond that, `policy.ts` checks.
    async validateCredential(credential) {
      return credential.credentialType === "basic";
    },
  },
};

/** The proposal's id of the external PSK, with a fresh nonce (RFC 9420, section 8.4). */
export function freshPskId(suite: CiphersuiteImpl): PreSharedKeyID {
  return { psktype: "external", pskId: PSK_ID, pskNonce: random(suite.kdf.size) };
}

/** Finds the external PSK for the library, and no other. */
export function pskIndex(psk: Uint8Array): PskIndex {
  return {
    findPsk: (id) => (id.psktype === "external" && equal(id.pskId, PSK_ID) ? psk : undefined),
  };
}

/** A group of one, in epoch 0. */
export async function createLoneGroup(
  roomId: Uint8Array,
  keys: LeafKeys,
  suite: CiphersuiteImpl,
): Promise<ClientState> {
  const { leaf, hpkePrivateKey } = await creatorLeaf(keys, suite);
  if (identityOf(leaf) === undefined) throw new TypeError("the leaf is not of the form it must be");
  const none = new Uint8Array();
  // The group takes the leaf only: a key package as such is never sent.
  const keyPackage = {
    version: "mls10" as const,
    cipherSuite: suite.name,
    initKey: none,
    leafNode: leaf,
    extensions: [],
    signature: none,
  };
  const privateKeys = {
    initPrivateKey: none,
    hpkePrivateKey,
    signaturePrivateKey: keys.signatureSeed,
  };
  return createGroup(roomId, keyPackage, privateKeys, [], suite, clientConfig);
}
