/**
 * The state of the connection, in words, only when there is something to say. It lies over the conversation, so that
 * nothing moves when it comes and goes.
 *
 * Invariant: what is over within `BLINK_MS` is neither shown nor read aloud; what was told to be lost is told to be back.
 */
import { type ReadonlySignal, useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { ConnectionState } from "../../session/types";
import "./connection-line.css";

/** A blink of the network is not worth a word; in milliseconds. */
const BLINK_MS = 1_000;
/** How long it is told that the connection is back, in milliseconds. */
const BACK_MS = 2_500;

const WORDS = {
  connecting: "Connecting …",
  reconnecting: "Reconnecting … What you write is sent as soon as the connection is back.",
  back: "Connected again.",
} as const;

export function ConnectionLine({
  connection,
}: {
  readonly connection: ReadonlySignal<ConnectionState>;
}) {
  const told = useSignal<keyof typeof WORDS | undefined>(undefined);
  const state = connection.value;
  useEffect(() => {
    if (state !== "connected") {
      const timer = setTimeout(() => {
        told.value = state;
      }, BLINK_MS);
      return () => clearTimeout(timer);
    }
    if (told.peek() === undefined) return;
    told.value = "back";
    const timer = setTimeout(() => {
      told.value = undefined;
    }, BACK_MS);
    return () => clearTimeout(timer);
  }, [state]);
  return (
    <div class="connection" role="status">
      {told.value && (
        <p class="connection-words" data-told={told.value}>
          {WORDS[told.value]}
        </p>
      )}
    </div>
  );
}
