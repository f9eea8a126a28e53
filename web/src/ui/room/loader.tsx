/** Loads the room page apart from the start page, ahead of its use. */
import { signal } from "@preact/signals";
import type { RoomView } from "../../session/types";
import { arrival, hurry } from "../parts/arrival";
import { Waiting } from "../parts/waiting-page";
import type { RoomPage as RoomPageType } from "./room-page";

const page = signal<typeof RoomPageType | "failed" | undefined>(undefined);
let isLoading = false;

/** Fetches the room page once. */
export function loadRoomPage(): void {
  if (isLoading) return;
  isLoading = true;
  arrival(
    () => import("./room-page"),
    () => {
      page.value = "failed";
    },
  ).then(({ RoomPage }) => {
    page.value = RoomPage;
  });
}

interface LoadedRoomProps {
  readonly view: RoomView;
  readonly returned: boolean;
}

export function LoadedRoom({ view, returned }: LoadedRoomProps) {
  const RoomPage = page.value;
  if (RoomPage === undefined) {
    loadRoomPage();
    return <Waiting words="Opening the room" />;
  }
  if (RoomPage === "failed") {
    return (
      <main class="page ended">
        <p role="status">
          A part of this page did not arrive. You are in the room, but cannot see it yet. It is
          asked for again and again; if it does not come although you are online, reload this page.
        </p>
        <p>
          <button type="button" class="button button-primary" onClick={hurry}>
            Try now
          </button>{" "}
          <button type="button" class="button" onClick={() => view.leave()}>
            Leave
          </button>{" "}
          <button type="button" class="button button-danger" onClick={() => view.purge()}>
            Purge
          </button>
        </p>
      </main>
    );
  }
  return <RoomPage view={view} returned={returned} />;
}
