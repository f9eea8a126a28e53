/** Frames from relay to client (section 4.2). What each one means stands in section 5. */
import type { Bytes } from "./codec";
import { type Field, fixed, list, oneOf, u8, u16, u32, u64, vector } from "./field";
import { encodeFrame, type FrameOf, frameDecoder } from "./frame";
import { INSTANCE_ID, MAX_CAPSULE, NONCE, ROOM_ID, SEALED_NAME, WORK_CHALLENGE } from "./limits";
import { roomLock } from "./room-lock";

/** Whether a member is there; `away` has lost its connection and may come back. */
export type Presence = "here" | "away" | "gone";
const presence: Field<Presence> = oneOf("here", "away", "gone");

/** What a resumed session receives: everything, with frames missing, or nothing was asked for. */
export type Continuity = "complete" | "gap" | "fresh";
const continuity: Field<Continuity> = oneOf("complete", "gap", "fresh");

/** Whether the others have a member's messages: all of them, or somebody in the room missed some for good. */
export type Completeness = "everyone" | "missed";
const completeness: Field<Completeness> = oneOf("everyone", "missed");

/** Why `Lookup`, `Create`, `Join` or `Resume` was refused. */
export type RefusedReason =
  | "gone"
  | "wrong-password"
  | "throttled"
  | "room-full"
  | "relay-full"
  | "lifetime-out-of-range"
  | "locked";
const refusedReason: Field<RefusedReason> = oneOf(
  "gone",
  "wrong-password",
  "throttled",
  "room-full",
  "relay-full",
  "lifetime-out-of-range",
  "locked",
);

/** Why a message was not relayed. */
export type NackReason = "stale-epoch" | "recipients-unknown";
const nackReason: Field<NackReason> = oneOf("stale-epoch", "recipients-unknown");

/** What the members are warned of. */
export type Alarm = "wrong-password";
const alarm: Field<Alarm> = oneOf("wrong-password");

/** Why a session ended. */
export type EndedReason =
  | "purged"
  | "expired"
  | "left"
  | "replaced"
  | "evicted"
  | "relay-shut-down";
const endedReason: Field<EndedReason> = oneOf(
  "purged",
  "expired",
  "left",
  "replaced",
  "evicted",
  "relay-shut-down",
);

/** Whether one member is there. */
export interface MemberPresence {
  readonly member: number;
  readonly presence: Presence;
}
const memberPresence: Field<MemberPresence> = {
  read: (reader, name) => ({ member: reader.u32(), presence: presence.read(reader, name) }),
  write: (writer, value, name) => {
    presence.write(writer.u32(value.member), value.presence, name);
  },
};
const members = list(memberPresence, 5);

const definitions = {
  /** The first frame on a connection. */
  Hello: {
    type: 0x81,
    fields: {
      version: u8,
      /** What this connection's signatures are made over. */
      nonce: fixed(NONCE),
      /** The run of the relay: another one means that all rooms are gone. */
      instance: fixed(INSTANCE_ID),
      /** Largest frame the relay accepts, in bytes. */
      maxFrame: u32,
      /** Longest lifetime of a room, in seconds. */
      maxLifetimeS: u32,
      /** Members a room may have. */
      maxMembers: u16,
    },
  },
  /** Answers `Lookup`. */
  Room: {
    type: 0x82,
    fields: { remainingMs: u32, sealedName: vector(SEALED_NAME, SEALED_NAME) },
  },
  /** Answers `Reserve`: the id that `Create` may use. */
  Reserved: { type: 0x83, fields: { roomId: fixed(ROOM_ID) } },
  /** Answers `Create` or `Join`. */
  Admitted: {
    type: 0x84,
    fields: {
      /** The receiver's number. */
      member: u32,
      remainingMs: u32,
      /** Who is in the room. */
      members,
    },
  },
  /** Answers `Resume`. */
  Resumed: {
    type: 0x85,
    fields: {
      /** The receiver's number. */
      member: u32,
      remainingMs: u32,
      /** The room's current epoch. */
      epoch: u64,
      /** The last message of this session that the relay accepted. */
      lastMessageId: u64,
      /** Whether frames were missed. */
      continuity,
      capsule: vector(0, MAX_CAPSULE),
      /** Who is in the room. */
      members,
    },
  },
  /** Refuses `Lookup`, `Create`, `Join` or `Resume`. */
  Refused: { type: 0x86, fields: { reason: refusedReason, retryAfterMs: u32 } },
  /** The receiver is the one who may commit. */
  Lease: {
    type: 0x87,
    fields: {
      /** The room's current epoch. */
      epoch: u64,
      durationMs: u32,
      /** The sealed group state of that epoch. */
      groupState: vector(),
    },
  },
  /** The receiver's commit took effect; `epoch` is the new one. */
  CommitAccepted: { type: 0x88, fields: { seq: u64, epoch: u64 } },
  /** The receiver's commit did not take effect; `epoch` is the room's current one. */
  CommitRejected: { type: 0x89, fields: { epoch: u64 } },
  /** A commit of `member` took effect; `epoch` is the new one. */
  CommitRelayed: { type: 0x8a, fields: { seq: u64, epoch: u64, member: u32, commit: vector() } },
  /** Another member's message, encrypted in `epoch`. */
  MessageRelayed: { type: 0x8b, fields: { seq: u64, epoch: u64, payload: vector() } },
  /** The receiver's message was relayed; `seq` is 0 if forgotten. */
  Ack: { type: 0x8c, fields: { id: u64, seq: u64 } },
  /** The receiver's message was not relayed. */
  Nack: { type: 0x8d, fields: { id: u64, reason: nackReason } },
  /** A member came, was lost or went. */
  Presence: { type: 0x8e, fields: { member: u32, presence } },
  /** Something the members should know, and how often it happened so far. */
  Alarm: { type: 0x8f, fields: { alarm, count: u32 } },
  /** The session is over. */
  Ended: { type: 0x90, fields: { reason: endedReason } },
  /** Answers `Ping`. */
  Pong: { type: 0x91, fields: { token: u32 } },
  /** What became of the receiver's own messages up to `seq`, after those that the one before told of. */
  Delivered: { type: 0x92, fields: { seq: u64, completeness } },
  /** Answers `Create` or `Join` under load: work first, then ask again. */
  WorkDemanded: {
    type: 0x93,
    fields: {
      challenge: fixed(WORK_CHALLENGE),
      /** How many bits of each hash must be zero. */
      bits: u8,
    },
  },
  /** Whether the room takes newcomers, and who changed that last. */
  Locked: { type: 0x94, fields: { lock: roomLock, member: u32 } },
} as const;

/** A frame from relay to client. */
export type RelayFrame = FrameOf<typeof definitions>;

/** What the relay does; here for the tests. Throws `WireError` if a value does not fit its field. */
export const encodeRelayFrame = (frame: RelayFrame): Bytes => encodeFrame(definitions, frame);

/** Throws `WireError` on anything that is no frame of the relay. */
export const decodeRelayFrame: (bytes: Uint8Array) => RelayFrame = frameDecoder(definitions);
