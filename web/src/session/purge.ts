/**
 * A purge that must reach the relay, also when the connection is down at that moment.
 *
 * Safety: all that is left in the tab is the session key, which can neither read nor say anything.
 * Liveness: the purge is sent on each connection until the relay says that the room has ended, or the room's time is up.
 */
import type { SessionKeys } from "../e2ee";
import type { Clock } from "./browser";
import type { Relay, RelayEvent } from "./relay";

/**
 * Takes over the line and the session key of a room that was wiped here, and closes and wipes both in the end.
 * `attached`: the session is resumed on the present connection. `remainingMs`: after that the room is gone anyway.
 */
export function purgeInBackground(
  relay: Relay,
  session: SessionKeys,
  clock: Clock,
  { attached, remainingMs }: { attached: boolean; remainingMs: number },
): void {
  const stopTimer = clock.after(remainingMs, finish);
  relay.take((event) => void react(event));
  if (attached) relay.send({ type: "Purge" });
  else if (relay.present !== undefined) void resume();

  function finish(): void {
    stopTimer();
    relay.close();
    session.wipe();
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
    if (event.kind === "closed") return finish();
    if (event.kind === "lost") return;
    if (event.frame.type === "Resumed") relay.send({ type: "Purge" });
    else if (event.frame.type === "Ended" || event.frame.type === "Refused") finish();
  }
}
