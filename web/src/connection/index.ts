/**
 * The connection layer: one WebSocket to the relay that comes back by itself. Knows frames and
 * nothing of rooms, keys or pages; imports only `wire`.
 *
 * Use: `new Connection(origin, listener)`, answer each `onOpen` with `Resume` (or whatever the
 * session is about to do), `send`, and `close` in the end.
 */
export { Connection, FrameTooLargeError } from "./connection";
export { type Environment, pageEnvironment, type Stop } from "./environment";
export type { ConnectionEnd, ConnectionListener, ConnectionState, Hello } from "./listener";
