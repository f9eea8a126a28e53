/** The outer seal around what belongs to the group (docs/PROTOCOL.md, sections 7 and 8.5), each bound to its epoch. */
import type { ClientState } from "ts-mls/clientState.js";
import type { CiphersuiteImpl } from "ts-mls/crypto/ciphersuite.js";
import type { Bytes } from "./bytes";
import { type Epoch, exportSecret } from "./mls/epoch";
import { policyError } from "./mls/failure";
import { groupInfoOf } from "./mls/group-info";
import {
  type CommitContent,
  decodeCommitContent,
  decodeGroupState,
  decodeRekey,
  encodeCommitContent,
  encodeGroupState,
  encodeRekey,
  type GroupState,
  type Rekey,
} from "./payload";
import { groupAad, open, rekeyAad, type SealKey, SealKind, seal, sealKey } from "./seal";
import { RoomSecrets } from "./secrets";

/** The label of the exported secret that seals a rekey. */
const REKEY_LABEL = "sanctuary/1 rekey";

/** The secrets of the room after a kick. Whoever gets them wipes them. */
export interface RoomRekey {
  readonly secrets: RoomSecrets;
  readonly linkSecret: Bytes;
  readonly password: string;
}

/** What the next joiner needs to enter after this epoch. */
export async function sealGroupState(epoch: Epoch, suite: CiphersuiteImpl): Promise<Bytes> {
  const { state, roster, keys, roomId } = epoch;
  const content = encodeGroupState({
    groupInfo: await groupInfoOf(state, suite),
    roster: roster.entriesFor(state.ratchetTree),
  });
  return seal(keys.sealKey, groupAad(roomId, SealKind.GroupState, epoch.number), content);
}

/** Open the group state of an epoch. */
export async function openGroupState(
  key: SealKey,
  roomId: Uint8Array,
  epoch: bigint,
  sealed: Uint8Array,
): Promise<GroupState> {
  return decodeGroupState(await open(key, groupAad(roomId, SealKind.GroupState, epoch), sealed));
}

/** Seal a commit made in `epoch`. */
export async function sealCommit(
  key: SealKey,
  roomId: Uint8Array,
  epoch: bigint,
  content: CommitContent,
): Promise<Bytes> {
  const encoded = encodeCommitContent(content);
  return seal(key, groupAad(roomId, SealKind.Commit, epoch), encoded);
}

/** Open a commit made in `epoch`. */
export async function openCommit(
  key: SealKey,
  roomId: Uint8Array,
  epoch: bigint,
  sealed: Uint8Array,
): Promise<CommitContent> {
  return decodeCommitContent(await open(key, groupAad(roomId, SealKind.Commit, epoch), sealed));
}

/** Seal the new secrets for those who are in the new epoch. */
export async function sealRekey(
  roomId: Uint8Array,
  next: ClientState,
  rekey: Rekey,
  suite: CiphersuiteImpl,
): Promise<Bytes> {
  const content = encodeRekey(rekey);
  const key = await rekeyKey(next, suite);
  const sealed = await seal(key, rekeyAad(roomId, next.groupContext.epoch), content);
  content.fill(0);
  return sealed;
}

/** Open the new secrets. One that does not open or decode breaks the rules of the room (section 8.4). */
export async function openRekey(
  roomId: Uint8Array,
  next: ClientState,
  sealed: Uint8Array,
  suite: CiphersuiteImpl,
): Promise<RoomRekey> {
  const key = await rekeyKey(next, suite);
  const rekey = await open(key, rekeyAad(roomId, next.groupContext.epoch), sealed)
    .then((content) => {
      const decoded = decodeRekey(content);
      content.fill(0);
      return decoded;
    })
    .catch(() => {
      throw policyError("a rekey that does not open");
    });
  const { root, linkSecret, password } = rekey;
  const secrets = await RoomSecrets.fromRoot(root, roomId);
  root.fill(0);
  return { secrets, linkSecret, password };
}

async function rekeyKey(next: ClientState, suite: CiphersuiteImpl): Promise<SealKey> {
  return sealKey(await exportSecret(next, REKEY_LABEL, suite));
}
