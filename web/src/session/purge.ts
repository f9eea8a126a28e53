/**
 * A purge that must reach the relay, also when the connection is down at that moment.
 *
 * Safety: all that is left in the tab is the session key, which can neither read nor say anything.
 * Liveness: the purge is sent on each connection until the relay says that the room has ended, or the room's time is up.
 */
import type { SessionKeys } from "../e2ee";
import type { Clock } from "./browser";
import { endedBy, endedByClose } from "./frames";
import type { Relay, RelayEvent } from "./relay";
import type { Ended } from "./types";

/** What is known of the room that is to be purged. */
export interface PurgeState {
  /** The session is resumed on the present connection. */
  readonly attached: boolean;
  /** After so many milliseconds the room is gone anyway. */
  readonly remainingMs: number;
}

/**
 * Takes over the line and the session key of a room that was wiped here, and closes and wipes both in the end; then
 * tells `onOver` once what became of the room.
 */
export function purgeInBackground(
  relay: Relay,
  session: SessionKeys,
  clock: Clock,
  { attached, remainingMs }: PurgeState,
  onOver: (why: Ended) => void,
): void {
  let isSent = false;
  const stopTimer = clock.after(remainingMs, () => finish("expired"));
  relay.take((event) => void react(event));
  if (attached) send();
  else if (relay.present !== undefined) void resume();

  function finish(why: Ended): void {
    stopTimer();
    relay.close();
    session.wipe();
    onOver(why);
  }

  function send(): void {
    if (relay.send({ type: "Purge" })) isSent = true;
  }

  async function resume(): Promise<void> {
    const hello = relay.present;
    if (hello === undefined) return;
    const { publicKey: sessionKey } = session;
    const signature = await session.signResume(hello.nonce);
    if (hello === relay.present) relay.send({ type: "Resume", sessionKey, signature, lastSeq: 0n });
  }

  async function react(event: RelayEvent): Promise<void> {
    if (event.kind === "opened") return resume();
    if (event.kind === "closed") return finish(endedByClose(event.why));
    if (event.kind === "lost") return;
    const { frame } = event;
    if (frame.type === "Resumed") send();
    else if (frame.type === "Ended") finish(endedBy(frame.reason));
    // A session that is not known has ended with its room, or alone after its grace: then nobody has heard of the purge.
    else if (frame.type === "Refused") finish(isSent ? "purged" : "gone");
  }
}
