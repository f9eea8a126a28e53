/**
 * The end-to-end layer: everything that the relay never sees. Keys from password and link, the group (MLS), seals, and what
 * stands inside them, as docs/PROTOCOL.md says in sections 6 to 11. No input or output but WebCrypto and one worker; imports
 * the wire layer only.
 */
export { prepareAlias } from "./alias";
export { work } from "./away";
export { isEmoji } from "./emoji";
export { AliasError, type AliasReason, E2eeError, type E2eeErrorCode } from "./error";
export type { RoomRekey } from "./group-seals";
export { type MemberParams, newIdentity } from "./join";
export type { KickParams } from "./kick";
export { MAX_BURN_S, MAX_REACTIONS, MESSAGE_ID_BYTES } from "./limits";
export { formatLink, type Invitation, linkIn, parseLink } from "./link";
export { type CommitEffect, Member, type PendingJoin } from "./member";
export {
  type CoverSwitch,
  type Decoded,
  type Delete,
  decodeMessage,
  type Edit,
  encodeMessage,
  isSaid,
  type Message,
  type MessageRef,
  type Passing,
  type Reactions,
  refName,
  type Said,
  type Text,
} from "./message";
export { preparePassword } from "./password";
export type { Pending, PendingCommit, PendingKick } from "./pending";
export { openRoomName, sealRoomName } from "./room-name";
export { type DeriveOptions, deriveRoot } from "./root";
export type { RosterMember } from "./roster";
export { RoomSecrets } from "./secrets";
export { type Capsule, KEPT_BYTES, SessionKeys } from "./session-keys";
export type { Whispered } from "./whisper";
export type { Whisper } from "./whisper-format";
export { generatePassword, memberWords, roomWords, words } from "./words";
