/** What stands inside the seals of the group (docs/PROTOCOL.md, section 7). */
import type { Bytes } from "./bytes";
import { decode, encode, held } from "./decode";
import { KEY_BYTES, LINK_SECRET_BYTES } from "./limits";
import { preparePassword } from "./password";
import { type RosterEntry, readEntry, writeEntry } from "./roster";

/** What a joiner starts from. */
export interface GroupState {
  readonly groupInfo: Bytes;
  readonly roster: readonly RosterEntry[];
}

/** A commit, and after a kick the new secrets of the room, sealed; else `rekey` is empty. */
export interface CommitContent {
  readonly mlsMessage: Bytes;
  readonly rekey: Bytes;
}

/** The secrets of the room after a kick. */
export interface Rekey {
  readonly root: Bytes;
  readonly linkSecret: Bytes;
  readonly password: string;
}

export function encodeGroupState({ groupInfo, roster }: GroupState): Bytes {
  return encode((w) => {
    w.vec(groupInfo).items(roster, writeEntry);
  });
}

export function decodeGroupState(bytes: Uint8Array): GroupState {
  return decode(bytes, (r) => ({ groupInfo: r.vec(), roster: r.items(readEntry) }));
}

export function encodeCommitContent({ mlsMessage, rekey }: CommitContent): Bytes {
  return encode((w) => {
    w.vec(mlsMessage).vec(rekey);
  });
}

export function decodeCommitContent(bytes: Uint8Array): CommitContent {
  return decode(bytes, (r) => ({ mlsMessage: r.vec(), rekey: r.vec() }));
}

/** The caller wipes the bytes. */
export function encodeRekey({ root, linkSecret, password }: Rekey): Bytes {
  return encode((w) => {
    w.fixed(root, KEY_BYTES).fixed(linkSecret, LINK_SECRET_BYTES).string(password);
  });
}

export function decodeRekey(bytes: Uint8Array): Rekey {
  return decode(bytes, (r) => ({
    root: r.fixed(KEY_BYTES),
    linkSecret: r.fixed(LINK_SECRET_BYTES),
    password: held(r.string(), preparePassword),
  }));
}
