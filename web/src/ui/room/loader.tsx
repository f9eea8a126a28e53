/** Loads the room page apart from the start page, ahead of its use. */
import { signal } from "@preact/signals";
import type { RoomView } from "../../session/types";
import { Waiting } from "../parts/waiting-page";
import type { RoomPage as RoomPageType } from "./room-page";

const page = signal<typeof RoomPageType | "failed" | undefined>(undefined);
let loading: Promise<void> | undefined;

/** Fetches the room page once; later calls share the first. A failed fetch may be tried again. */
export function loadRoomPage(): Promise<void> {
  loading ??= import("./room-page").then(
    ({ RoomPage }) => {
      page.value = RoomPage;
    },
    () => {
      loading = undefined;
      page.value = "failed";
    },
  );
  return loading;
}

interface LoadedRoomProps {
  readonly view: RoomView;
  readonly returned: boolean;
}

export function LoadedRoom({ view, returned }: LoadedRoomProps) {
  const RoomPage = page.value;
  if (RoomPage === undefined) {
    void loadRoomPage();
    return <Waiting words="Opening the room" />;
  }
  if (RoomPage === "failed") {
    return (
      <main class="page ended">
        <p>A part of this page did not arrive. You are in the room, but cannot see it yet.</p>
        <p>
          <button type="button" class="button button-primary" onClick={() => void loadRoomPage()}>
            Try again
          </button>
        </p>
      </main>
    );
  }
  return <RoomPage view={view} returned={returned} />;
}
