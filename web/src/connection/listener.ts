/** What a connection tells its owner. */
import type { RelayFrame } from "../wire";

/** The relay's first frame on each connection. */
export type Hello = Extract<RelayFrame, { readonly type: "Hello" }>;

/** Where a connection stands. */
export type ConnectionState =
  /** On the way to its first `Hello`. */
  | "connecting"
  /** After a `Hello`: frames can be sent. */
  | "connected"
  /** Lost, or not found at all at first; it tries on without end. */
  | "reconnecting"
  /** For good, by `close` or with an `onEnd`. */
  | "closed";

/** Why a connection ended for good without `close`. */
export type ConnectionEnd =
  /** The relay sent `Ended`, which `onFrame` has just delivered. */
  | "ended"
  /** The relay speaks another version of the protocol: reload the page. */
  | "unsupported-version"
  /** Relay and client disagree about the protocol, again and again. */
  | "protocol-error";

/**
 * No callback is made from within the constructor or `send`, and none after `close`. On each line
 * `onState("connected")` comes first, then `onOpen`, then its frames in order.
 */
export interface ConnectionListener {
  /** The state changed to one of the three living ones. */
  onState(state: Exclude<ConnectionState, "closed">): void;
  /** A connection is up, the first or a later one; `hello.nonce` and all else of an earlier one are void. */
  onOpen(hello: Hello): void;
  /** A frame came. `Hello` and `Pong` never do. */
  onFrame(frame: RelayFrame): void;
  /** The last callback. */
  onEnd(why: ConnectionEnd): void;
}
