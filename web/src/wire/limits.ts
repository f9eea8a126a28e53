/**
 * The limits of section 12 of docs/PROTOCOL.md that stand on the wire. Fixed ones are part of the
 * format; what an operator may choose comes in `Hello`.
 */

/** The version of the protocol that `Hello` announces. */
export const VERSION = 1;

/** The number of a room's creation in its order: what its creator has seen before anything else comes. */
export const CREATION_SEQ = 1n;

/** Bytes of the room id, random and chosen by the relay. */
export const ROOM_ID = 16;

/** Bytes of an Ed25519 public key: admission key and session key. */
export const PUBLIC_KEY = 32;

/** Bytes of an Ed25519 signature. */
export const SIGNATURE = 64;

/** Bytes of a connection's nonce. */
export const NONCE = 32;

/** Bytes of the random id of one run of the relay. */
export const INSTANCE_ID = 16;

/** Bytes of what a relay under load has newcomers work on. */
export const WORK_CHALLENGE = 16;

/** Parts of one piece of work. */
export const WORK_PARTS = 8;

/** Bytes of what the work came to: eight for each part. */
export const WORK_SOLUTIONS = 64;

/** Most bits that are worked for. Whoever demands more wants to keep the device busy. */
export const MAX_WORK_BITS = 24;

/** Largest capsule in bytes: a sealed capsule is padded to 1024 at most, plus seal. */
export const MAX_CAPSULE = 2048;

/** Exact size of a sealed room name in bytes: 12 of nonce, 256 of padded name, 16 of tag. */
export const SEALED_NAME = 284;

/** Shortest lifetime of a room in seconds; the longest comes in `Hello`. */
export const MIN_LIFETIME_S = 300;
