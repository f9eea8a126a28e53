/** Leaves of the group as docs/PROTOCOL.md, section 8.1 wants them, and how to find them in a tree. */
import type { Capabilities } from "ts-mls/capabilities.js";
import type { CiphersuiteImpl } from "ts-mls/crypto/ciphersuite.js";
import { type LeafNode, type LeafNodeKeyPackage, signLeafNodeKeyPackage } from "ts-mls/leafNode.js";
import type { RatchetTree } from "ts-mls/ratchetTree.js";
import { type Bytes, copy, equal } from "../bytes";
import { ed25519 } from "../ed25519";
import { IDENTITY_BYTES } from "../limits";
import { SUITE_NAME } from "./suite";

/** Who a member is to the group: a random identity and the seed of its signature key. */
export interface LeafKeys {
  readonly identity: Bytes;
  readonly signatureSeed: Bytes;
}

/** A leaf that is not blank. */
export interface Leaf {
  readonly index: number;
  readonly identity: Bytes;
  readonly node: LeafNode;
}

const CAPABILITIES: Capabilities = {
  versions: ["mls10"],
  ciphersuites: [SUITE_NAME],
  extensions: [],
  proposals: [],
  credentials: ["basic"],
};

/** The whole of time: a room lives an hour, and clocks of members may be anything. */
const LIFETIME = { notBefore: 0n, notAfter: 253402300799n };

/** The index of a leaf's node in the array that represents the tree (RFC 9420, appendix C). */
export function nodeOfLeaf(leafIndex: number): number {
  return leafIndex * 2;
}

/** The identity in a leaf, or undefined if the leaf is not of the form that section 8.1 wants. */
export function identityOf(leaf: LeafNode): Bytes | undefined {
  const { credential, capabilities: c, extensions } = leaf;
  const lists = [c.versions, c.ciphersuites, c.credentials];
  const asOurs =
    lists.every((list) => list.length === 1) &&
    c.versions[0] === "mls10" &&
    c.ciphersuites[0] === SUITE_NAME &&
    c.credentials[0] === "basic" &&
    c.extensions.length === 0 &&
    c.proposals.length === 0 &&
    extensions.length === 0;
  if (!asOurs || credential.credentialType !== "basic") return undefined;
  return credential.identity.length === IDENTITY_BYTES ? copy(credential.identity) : undefined;
}

/** All leaves in order. Those of another form, which no group of ours has, are left out. */
export function leavesOf(tree: RatchetTree): Leaf[] {
  const leaves: Leaf[] = [];
  for (const [i, node] of tree.entries()) {
    const identity = node?.nodeType === "leaf" ? identityOf(node.leaf) : undefined;
    if (node?.nodeType !== "leaf" || identity === undefined) continue;
    leaves.push({ index: i / 2, identity, node: node.leaf });
  }
  return leaves;
}

/** The leaf at an index. */
export function leafAt(tree: RatchetTree, leafIndex: number): Leaf | undefined {
  return leavesOf(tree).find((leaf) => leaf.index === leafIndex);
}

/** The leaf with an identity. */
export function leafOf(tree: RatchetTree, identity: Uint8Array): Leaf | undefined {
  return leavesOf(tree).find((leaf) => equal(leaf.identity, identity));
}

/** A leaf for the creator, signed, with the private HPKE key that belongs to it. */
export async function creatorLeaf(
  keys: LeafKeys,
  suite: CiphersuiteImpl,
): Promise<{ leaf: LeafNodeKeyPackage; hpkePrivateKey: Uint8Array }> {
  const pair = await suite.hpke.generateKeyPair();
  const hpkePublicKey = await suite.hpke.exportPublicKey(pair.publicKey);
  const tbs = { ...(await leafData(keys)), hpkePublicKey };
  const leaf = await signLeafNodeKeyPackage(tbs, keys.signatureSeed, suite.signature);
  return { leaf, hpkePrivateKey: await suite.hpke.exportPrivateKey(pair.privateKey) };
}

/**
 * A leaf to hold a joiner's place in the tree until its commit replaces key and signature: neither is ever read, which
 * saves two key pairs.
 */
export async function placeholderLeaf(keys: LeafKeys): Promise<LeafNode> {
  const none = new Uint8Array();
  return { ...(await leafData(keys)), hpkePublicKey: none, signature: none };
}

async function leafData(keys: LeafKeys) {
  return {
    leafNodeSource: "key_package" as const,
    signaturePublicKey: await (await ed25519()).publicKey(keys.signatureSeed),
    credential: { credentialType: "basic" as const, identity: keys.identity },
    capabilities: CAPABILITIES,
    lifetime: LIFETIME,
    extensions: [],
  };
}
