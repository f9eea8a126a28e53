/** The state of the connection, in words, only when there is something to say. */
import type { ReadonlySignal } from "@preact/signals";
import type { ConnectionState } from "../../session/types";

export function ConnectionLine({
  connection,
}: {
  readonly connection: ReadonlySignal<ConnectionState>;
}) {
  const state = connection.value;
  return (
    <div role="status">
      {state !== "connected" && (
        <p class="write-note connection">
          {state === "connecting"
            ? "Connecting …"
            : "Reconnecting … What you write is sent as soon as the connection is back."}
        </p>
      )}
    </div>
  );
}
