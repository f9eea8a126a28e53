/**
 * What every member checks beyond the library (docs/PROTOCOL.md, section 8.4), and what RFC 9420 demands but ts-mls 1.6.4
 * overlooks. Members with different policies would fork the room, so the Rust crate holds to the very same rules.
 */

import { encodeCredential } from "ts-mls/credential.js";
import type { FramedContent } from "ts-mls/framedContent.js";
import type { LeafNode } from "ts-mls/leafNode.js";
import type { PrivateMessage } from "ts-mls/privateMessage.js";
import type { Proposal } from "ts-mls/proposal.js";
import type { ProposalOrRef } from "ts-mls/proposalOrRefType.js";
import type { PublicMessage } from "ts-mls/publicMessage.js";
import { getHpkePublicKey, type RatchetTree } from "ts-mls/ratchetTree.js";
import { equal, hex } from "../bytes";
import { decodeEntry, isValidEntry, type RosterEntry } from "../roster";
import { policyError, require } from "./failure";
import { PSK_ID } from "./group";
import { identityOf, type Leaf, leafAt, leafOf, leavesOf } from "./leaf";

/** The epoch that a message must be of. */
export interface Place {
  readonly roomId: Uint8Array;
  readonly epoch: bigint;
}

/** What a valid external commit says. */
export interface CheckedExternalCommit {
  readonly entry: RosterEntry;
  /** The joiner's own old leaf, on a resync. */
  readonly oldLeaf: Leaf | undefined;
}

/** A tree as our groups have it: leaves of the right form, each identity once, each key once, nobody added by others. */
export function requireSoundTree(tree: RatchetTree): void {
  const leafNodes = tree.filter((node) => node?.nodeType === "leaf");
  const identities = new Set(leavesOf(tree).map((leaf) => hex(leaf.identity)));
  require(identities.size === leafNodes.length, "a leaf of another form, or an identity twice");
  // Unmerged leaves come from Add proposals only; the library validates them wrongly.
  const unmerged = tree.some((n) => n?.nodeType === "parent" && n.parent.unmergedLeaves.length > 0);
  require(!unmerged, "unmerged leaves");
  requireDistinctKeys(tree);
}

/** RFC 9420, sections 7.3 and 7.9: no signature key and no HPKE key stands in a tree twice. */
function requireDistinctKeys(tree: RatchetTree): void {
  const signatureKeys: Uint8Array[] = [];
  const hpkeKeys: Uint8Array[] = [];
  for (const node of tree) {
    if (node === undefined) continue;
    hpkeKeys.push(getHpkePublicKey(node));
    if (node.nodeType === "leaf") signatureKeys.push(node.leaf.signaturePublicKey);
  }
  require(areDistinct(signatureKeys) && areDistinct(hpkeKeys), "a key twice");
}

function areDistinct(keys: readonly Uint8Array[]): boolean {
  // X-Wing keys have 1216 bytes: sort them by their first eight, and compare the rest only where those are equal.
  const alike = new Map<string, Uint8Array[]>();
  for (const key of keys) {
    const id = hex(key.subarray(0, 8));
    const others = alike.get(id) ?? [];
    if (others.some((other) => equal(other, key))) return false;
    alike.set(id, [...others, key]);
  }
  return true;
}

/** A PublicMessage must be an external commit, and follow its rules. `member` is the number the relay names. */
export async function checkExternalCommit(
  tree: RatchetTree,
  message: PublicMessage,
  place: Place,
  member: number,
): Promise<CheckedExternalCommit> {
  const { content } = message;
  require(isAt(content, place), "another room or epoch");
  require(content.contentType === "commit", "a proposal sent alone");
  require(content.sender.senderType === "new_member_commit", "a member commit sent in the open");
  const removed = externalRemove(proposalsOf(content.commit.proposals));
  const leaf = content.commit.path?.leafNode;
  require(leaf !== undefined, "an external commit without a path");
  const oldLeaf = removed === undefined ? undefined : leafAt(tree, removed);
  require(removed === undefined || oldLeaf !== undefined, "removal of a blank leaf");
  const identity = identityOf(leaf);
  require(identity !== undefined, "a leaf of another form");
  // Also the other way round: whose identity stands in the tree must remove that leaf.
  require(leafOf(tree, identity)?.index === oldLeaf?.index, "an identity that is another's");
  if (oldLeaf !== undefined) {
    const { signaturePublicKey } = oldLeaf.node;
    require(equal(signaturePublicKey, leaf.signaturePublicKey), "a resync with another key");
  }
  const entry = entryOf(content.authenticatedData);
  require(entry.member === member && equal(entry.identity, identity), "another's roster entry");
  const valid = await isValidEntry(place.roomId, entry, leaf.signaturePublicKey);
  require(valid, "a roster entry with a wrong alias or signature");
  return { entry, oldLeaf };
}

/** The proposals of an external commit; returns the index of the leaf that it removes, if any. */
function externalRemove(proposals: readonly Proposal[]): number | undefined {
  let inits = 0;
  let psks = 0;
  const removes: number[] = [];
  for (const p of proposals) {
    if (isOfType(p, "external_init")) inits += 1;
    else if (isOfType(p, "psk")) {
      const id = p.psk.preSharedKeyId;
      require(id.psktype === "external" && equal(id.pskId, PSK_ID), "another pre-shared key");
      require(id.pskNonce.length === PSK_NONCE_BYTES, "a PSK nonce of another length");
      psks += 1;
    } else if (isOfType(p, "remove")) removes.push(p.remove.removed);
    else throw policyError("another proposal in an external commit");
  }
  require(inits === 1, "not exactly one ExternalInit");
  require(psks === 1, "not exactly one pre-shared key");
  require(removes.length <= 1, "more than one Remove in an external commit");
  return removes[0];
}

/** RFC 9420, section 8.4: as long as the suite's hash. */
const PSK_NONCE_BYTES = 32;

/** The envelope of a PrivateMessage, for commits and application data alike. */
export function checkPrivateMessage(
  message: PrivateMessage,
  contentType: "commit" | "application",
  place: Place,
): void {
  require(isAt(message, place), "another room or epoch");
  require(message.contentType === contentType, `not ${contentType} data`);
  // A commit may rename its author; `checkRename` judges what it has.
  const mayHaveData = contentType === "commit";
  const hasData = message.authenticatedData.length > 0;
  require(mayHaveData || !hasData, "authenticated data where there must be none");
}

/** The committer's new roster entry, if a member commit brings one. `member` is the number the relay names. */
export async function checkRename(
  before: RatchetTree,
  authenticatedData: Uint8Array,
  committer: number,
  hasRemoved: boolean,
  place: Place,
  member: number,
): Promise<RosterEntry | undefined> {
  if (authenticatedData.length === 0) return undefined;
  require(!hasRemoved, "a rename in a removal");
  const entry = entryOf(authenticatedData);
  const leaf = leafAt(before, committer);
  require(leaf !== undefined, "a committer without a leaf");
  const isOwn = equal(entry.identity, leaf.identity) && entry.member === member;
  require(isOwn, "another's roster entry");
  const valid = await isValidEntry(place.roomId, entry, leaf.node.signaturePublicKey);
  require(valid, "a roster entry with a wrong alias or signature");
  return entry;
}

/** The proposals of a member commit: nothing but Remove. */
export function areMemberProposals(proposals: readonly Proposal[]): boolean {
  return proposals.every((p) => isOfType(p, "remove"));
}

/** The trees before and after a member commit: the committer is still who it was, and the tree is sound. */
export function checkMemberCommit(
  before: RatchetTree,
  after: RatchetTree,
  committer: number,
): void {
  requireSoundTree(after);
  const [old, now] = [leafAt(before, committer)?.node, leafAt(after, committer)?.node];
  require(old !== undefined && now !== undefined && isSameMember(old, now), "a change of identity");
}

function isSameMember(a: LeafNode, b: LeafNode): boolean {
  const sameCredential = equal(encodeCredential(a.credential), encodeCredential(b.credential));
  return sameCredential && equal(a.signaturePublicKey, b.signaturePublicKey);
}

function proposalsOf(list: readonly ProposalOrRef[]): Proposal[] {
  return list.map((p) => {
    require(p.proposalOrRefType === "proposal", "a proposal by reference");
    return p.proposal;
  });
}

/** Narrows a proposal: custom ones, whose type is a number, keep TypeScript from doing it alone. */
function isOfType<T extends Exclude<Proposal["proposalType"], number>>(
  proposal: Proposal,
  type: T,
): proposal is Extract<Proposal, { proposalType: T }> {
  return proposal.proposalType === type;
}

function isAt(
  message: Pick<FramedContent | PrivateMessage, "groupId" | "epoch">,
  { roomId, epoch }: Place,
): boolean {
  return equal(message.groupId, roomId) && message.epoch === epoch;
}

function entryOf(authenticatedData: Uint8Array): RosterEntry {
  try {
    return decodeEntry(authenticatedData);
  } catch {
    throw policyError("no roster entry where there must be one");
  }
}
