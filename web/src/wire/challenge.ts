/**
 * The byte strings that `Join` and `Resume` sign (sections 5.2 and 10). Each starts with its own
 * label, so that no signature of one kind passes for the other, and holds the connection's nonce,
 * so that none can be replayed on another connection.
 */
import { type Bytes, Writer } from "./codec";
import { NONCE, PUBLIC_KEY, ROOM_ID } from "./limits";

const label = (text: string): Uint8Array => new TextEncoder().encode(text);

/** What the admission key signs in `Join`. */
export function joinChallenge(
  roomId: Uint8Array,
  nonce: Uint8Array,
  sessionKey: Uint8Array,
): Bytes {
  return new Writer()
    .raw(label("sanctuary/1 join"))
    .fixed(roomId, ROOM_ID)
    .fixed(nonce, NONCE)
    .fixed(sessionKey, PUBLIC_KEY)
    .finish();
}

/** What the session key signs in `Resume`. */
export function resumeChallenge(nonce: Uint8Array, sessionKey: Uint8Array): Bytes {
  return new Writer()
    .raw(label("sanctuary/1 resume"))
    .fixed(nonce, NONCE)
    .fixed(sessionKey, PUBLIC_KEY)
    .finish();
}
