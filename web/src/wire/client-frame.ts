/** Frames from client to relay (section 4.1). What each one does stands in section 5. */
import type { Bytes } from "./codec";
import { fixed, list, optional, u32, u64, vector } from "./field";
import { encodeFrame, type FrameOf, frameDecoder } from "./frame";
import { MAX_CAPSULE, PUBLIC_KEY, ROOM_ID, SEALED_NAME, SIGNATURE, WORK_SOLUTIONS } from "./limits";
import { roomLock } from "./room-lock";

const definitions = {
  /** Asks for a room's remaining time and sealed name. */
  Lookup: { type: 0x01, fields: { roomId: fixed(ROOM_ID) } },
  /** Asks for a new room id. */
  Reserve: { type: 0x02, fields: {} },
  /** Makes the room whose id was reserved, with the sender as its first member. */
  Create: {
    type: 0x03,
    fields: {
      /** The id that was reserved on this connection. */
      roomId: fixed(ROOM_ID),
      /** How long the room lives, in seconds. */
      lifetimeS: u32,
      /** The key that joins are verified with. */
      admissionKey: fixed(PUBLIC_KEY),
      /** The key that stands for the creator's session. */
      sessionKey: fixed(PUBLIC_KEY),
      capsule: vector(0, MAX_CAPSULE),
      sealedName: vector(SEALED_NAME, SEALED_NAME),
      /** The sealed group state of epoch 0. */
      groupState: vector(),
    },
  },
  /** Asks for admission to a room. */
  Join: {
    type: 0x04,
    fields: {
      roomId: fixed(ROOM_ID),
      /** The key that is to stand for the session. */
      sessionKey: fixed(PUBLIC_KEY),
      /** By the admission key over `joinChallenge`. */
      signature: fixed(SIGNATURE),
      capsule: vector(0, MAX_CAPSULE),
    },
  },
  /** Comes back to a session. */
  Resume: {
    type: 0x05,
    fields: {
      sessionKey: fixed(PUBLIC_KEY),
      /** By the session key over `resumeChallenge`. */
      signature: fixed(SIGNATURE),
      /** The last frame seen, 0 if the client has lost its state. */
      lastSeq: u64,
    },
  },
  /** Asks to be the one who commits. */
  RequestLease: { type: 0x06, fields: {} },
  /** Gives the lease, or the place in the queue for it, back. */
  ReleaseLease: { type: 0x07, fields: {} },
  /** Moves the group to the next epoch. */
  Commit: {
    type: 0x08,
    fields: {
      /** The epoch the commit was made in. */
      epoch: u64,
      /** The sealed commit. */
      commit: vector(),
      /** The sealed group state of the epoch it leads to. */
      groupState: vector(),
      /** Numbers of the members whose sessions end with it. */
      evicted: list(u32, 4),
      /** The room's new admission key, if it changes. */
      admissionKey: optional(PUBLIC_KEY),
      /** The room's newly sealed name, if it changes. */
      sealedName: optional(SEALED_NAME),
    },
  },
  /** Sends a message to the members. */
  Message: {
    type: 0x09,
    fields: {
      /** Counts up from 1 within a session. */
      id: u64,
      /** The epoch the message was encrypted in. */
      epoch: u64,
      /** Numbers of the members who receive it; empty for everyone. */
      recipients: list(u32, 4),
      /** The sealed message. */
      payload: vector(),
    },
  },
  /** Replaces the session's capsule. */
  PutCapsule: { type: 0x0a, fields: { capsule: vector(0, MAX_CAPSULE) } },
  /** Ends the session. */
  Leave: { type: 0x0b, fields: {} },
  /** Ends the room. */
  Purge: { type: 0x0c, fields: {} },
  /** Asks for a `Pong` with the same token. */
  Ping: { type: 0x0d, fields: { token: u32 } },
  /** Says that every frame for this member up to `seq` was dealt with. */
  Received: { type: 0x0e, fields: { seq: u64 } },
  /** Shows the work that was demanded. */
  Work: { type: 0x0f, fields: { solutions: fixed(WORK_SOLUTIONS) } },
  /** Locks the room to newcomers, or opens it. */
  SetLock: { type: 0x10, fields: { lock: roomLock } },
} as const;

/** A frame from client to relay. */
export type ClientFrame = FrameOf<typeof definitions>;

/** Throws `WireError` if a value does not fit its field. */
export const encodeClientFrame = (frame: ClientFrame): Bytes => encodeFrame(definitions, frame);

/** What the relay does; here for the tests. Throws `WireError`. */
export const decodeClientFrame: (bytes: Uint8Array) => ClientFrame = frameDecoder(definitions);
