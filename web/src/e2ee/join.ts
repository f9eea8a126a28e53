/** Entering a group: founding it, joining it, and coming back to it (docs/PROTOCOL.md, sections 8.1 to 8.3). */
import type { CiphersuiteImpl } from "ts-mls/crypto/ciphersuite.js";
import { type Bytes, copy, equal, random } from "./bytes";
import { ed25519 } from "./ed25519";
import { openGroupState } from "./group-seals";
import { IDENTITY_BYTES, KEY_BYTES } from "./limits";
import { Epoch, type EpochKeys } from "./mls/epoch";
import { createExternalCommit } from "./mls/external-commit";
import { byRfc9420, require } from "./mls/failure";
import { createLoneGroup } from "./mls/group";
import { type VerifiedGroup, verifyGroupInfo } from "./mls/group-info";
import { type LeafKeys, leafOf } from "./mls/leaf";
import { encodeEntry, Roster, type RosterEntry, signEntry } from "./roster";
import type { RoomSecrets } from "./secrets";

/** Who somebody is to the group, before and after a refresh. */
export interface MemberParams {
  readonly roomId: Bytes;
  /** The member takes copies of what it needs. */
  readonly secrets: RoomSecrets;
  /** As prepared by `prepareAlias`. */
  readonly alias: string;
  /** The number that the relay gave the session. */
  readonly memberNumber: number;
  readonly identity: Bytes;
  readonly signatureSeed: Bytes;
}

/** A fresh identity and the seed of its signature key. They stay the same for the life of a session. */
export function newIdentity(): Pick<MemberParams, "identity" | "signatureSeed"> {
  return { identity: random(IDENTITY_BYTES), signatureSeed: random(KEY_BYTES) };
}

/** Epoch 0, with the creator alone. */
export async function createEpoch(params: MemberParams, suite: CiphersuiteImpl): Promise<Epoch> {
  const entry = await ownEntry(params);
  const state = await createLoneGroup(params.roomId, leafKeys(params), suite);
  return new Epoch(copy(params.roomId), state, Roster.of(entry), epochKeysOf(params.secrets));
}

/** An external commit, as an MLSMessage, and the epoch that it leads to. */
export interface Entry {
  readonly message: Bytes;
  readonly next: Epoch;
  /** Our identity stood in the group before. */
  readonly isReturn: boolean;
}

/** Verify a group state, and make the commit that enters the group it describes. */
export async function joinEpoch(
  params: MemberParams,
  epoch: bigint,
  sealed: Uint8Array,
  suite: CiphersuiteImpl,
): Promise<Entry> {
  const { roomId, secrets } = params;
  const { groupInfo, roster } = await openGroupState(secrets.sealKey, roomId, epoch, sealed);
  const group = await verifyGroupInfo(groupInfo, roomId, epoch, suite);
  const others = await Roster.verified(roomId, roster, group.tree);
  const entry = await ownEntry(params);
  const keys = epochKeysOf(secrets);
  const oldLeaf = await ownOldLeaf(group, params);
  const joiner = {
    keys: leafKeys(params),
    psk: keys.psk,
    oldLeaf,
    authenticatedData: encodeEntry(entry),
  };
  const { commit, state } = await byRfc9420(() => createExternalCommit(group, joiner, suite));
  const next = new Epoch(copy(roomId), state, others.with(entry), keys);
  return { message: commit, next, isReturn: oldLeaf !== undefined };
}

/** The index of the leaf that a member left behind. It is ours only if it has our key. */
async function ownOldLeaf(
  { tree }: VerifiedGroup,
  { identity, signatureSeed }: MemberParams,
): Promise<number | undefined> {
  const leaf = leafOf(tree, identity);
  if (leaf === undefined) return undefined;
  const publicKey = await (await ed25519()).publicKey(signatureSeed);
  require(equal(leaf.node.signaturePublicKey, publicKey), "our identity with another key");
  return leaf.index;
}

function ownEntry(params: MemberParams): Promise<RosterEntry> {
  const { roomId, identity, memberNumber, alias, signatureSeed } = params;
  return signEntry(roomId, { identity, member: memberNumber, alias }, signatureSeed);
}

/** Copies, since the member wipes them when it is done. */
function leafKeys({ identity, signatureSeed }: MemberParams): LeafKeys {
  return { identity: copy(identity), signatureSeed: copy(signatureSeed) };
}

/** What a member takes from the secrets of the room; the copy of the PSK is its own. */
export function epochKeysOf(secrets: RoomSecrets): EpochKeys {
  return { sealKey: secrets.sealKey, psk: secrets.copyPsk() };
}
