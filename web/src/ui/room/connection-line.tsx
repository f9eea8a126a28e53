/**
 * The state of the connection, in words, only when there is something to say.
 *
 * Invariants: what is over within `BLINK_MS` is neither shown nor read aloud; what was told to be lost is told to be back; a
 * message that stays on its way is explained, whatever the connection believes of itself.
 */
import { type ReadonlySignal, useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { ConnectionState, Entry, RoomView } from "../../session/types";
import { usePerFrame } from "../parts/per-frame";
import "./connection-line.css";

/** A blink of the network is not worth a word; in milliseconds. */
const BLINK_MS = 2_000;
/** A server that answers a message later than this, in milliseconds, may not be there at all: it is not known yet. */
const SLOW_MS = 3_000;
/** How long it is told that the connection is back, in milliseconds. */
const BACK_MS = 2_500;

const WORDS = {
  connecting: "Connecting …",
  reconnecting:
    "The connection is lost. Reconnecting … What you write waits here and is sent as soon as it is back.",
  slow: "The server has not answered yet. What you write waits here and is sent as soon as it does.",
  back: "Connected again.",
} as const;

type Told = keyof typeof WORDS;

export function ConnectionLine({ view }: { readonly view: RoomView }) {
  const told = useTold(view.connection);
  const slow = useSlow(view.entries);
  const words = told ?? (slow ? "slow" : undefined);
  return (
    <div role="status">
      {words && (
        <p class="connection-words" data-told={words}>
          {WORDS[words]}
        </p>
      )}
    </div>
  );
}

/** What there is to tell of the connection itself. */
function useTold(connection: ReadonlySignal<ConnectionState>): Told | undefined {
  const told = useSignal<Told | undefined>(undefined);
  // The device knows at once that its network is gone; the connection, only after it has asked the server.
  const offlineAt = useRef<number>();
  useEffect(() => {
    const stop = new AbortController();
    const note = (at: (() => number) | undefined) => (): void => {
      offlineAt.current = at?.();
    };
    addEventListener(
      "offline",
      note(() => performance.now()),
      stop,
    );
    addEventListener("online", note(undefined), stop);
    return () => stop.abort();
  }, []);
  const state = connection.value;
  useEffect(() => {
    if (state !== "connected") {
      const now = performance.now();
      const since = offlineAt.current ?? now;
      const timer = setTimeout(
        () => {
          told.value = state;
        },
        Math.max(0, since + BLINK_MS - now),
      );
      return () => clearTimeout(timer);
    }
    if (told.peek() === undefined) return;
    told.value = "back";
    const timer = setTimeout(() => {
      told.value = undefined;
    }, BACK_MS);
    return () => clearTimeout(timer);
  }, [state]);
  return told.value;
}

/** Whether an own message has been on its way for so long that it needs a word. */
function useSlow(entries: ReadonlySignal<readonly Entry[]>): boolean {
  const slow = useSignal(false);
  const waiting = firstOnItsWay(usePerFrame(entries));
  useEffect(() => {
    if (waiting === undefined) return;
    const timer = setTimeout(() => {
      slow.value = true;
    }, SLOW_MS);
    return () => {
      clearTimeout(timer);
      slow.value = false;
    };
  }, [waiting]);
  return slow.value;
}

/** The key of the oldest of the last own messages that are on their way. */
function firstOnItsWay(entries: readonly Entry[]): string | undefined {
  let key: string | undefined;
  for (let i = entries.length - 1; i >= 0; i--) {
    const entry = entries[i];
    if (entry?.kind !== "message" || !entry.from.self) continue;
    if (entry.delivery !== "sending") break;
    key = entry.key;
  }
  return key;
}
