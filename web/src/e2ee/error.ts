/**
 * The one error of the end-to-end layer.
 *
 * Invariant: neither code nor message ever holds data of a room; what a person may be told follows from the code alone.
 */

/** What went wrong, for the session to act on. */
export type E2eeErrorCode =
  /** A seal did not open: another key, or changed bytes. All such failures are one (docs/PROTOCOL.md, section 7). */
  | "seal"
  /** A structure does not decode, or a value does not fit its field. */
  | "encoding"
  /** RFC 9420 refuses it: a bad signature, tag or tree, or a message that was already read. */
  | "mls"
  /** Somebody broke the rules of the room (section 8.4). */
  | "policy"
  /** Of an epoch that is not the current one (commits), or whose secrets are no longer kept (messages). */
  | "epoch"
  /** The password is empty or too long. */
  | "password"
  /** The alias cannot be used; see `reason`. */
  | "alias"
  /** The room name is empty or too long. */
  | "room-name"
  /** The message body is empty, too long or has a U+0000. */
  | "body"
  /** The member was removed from the group, or wiped. */
  | "removed"
  /** The call does not fit the state: an unknown member, a second pending commit, one that is already settled. */
  | "state"
  /** The browser lacks something that is needed. */
  | "unsupported"
  /** A part of the page did not arrive. */
  | "absent"
  /** The caller's signal ended it. */
  | "cancelled";

/** Why an alias cannot be used. */
export type AliasReason = "missing" | "too-long" | "control-characters";

/** Thrown by everything in this layer. */
export class E2eeError extends Error {
  override readonly name: string = "E2eeError";

  constructor(
    readonly code: E2eeErrorCode,
    /** For developers; people are told by the code. */
    message: string = code,
  ) {
    super(message);
  }
}

/** An alias that cannot be used. */
export class AliasError extends E2eeError {
  constructor(readonly reason: AliasReason) {
    super("alias", `the alias cannot be used: ${reason}`);
  }
}
