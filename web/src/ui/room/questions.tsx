/** The two ways out, which are asked once before they are gone: leave and purge. With the room from the start: nobody waits for them. */
import type { RoomView } from "../../session/types";
import { Dialog } from "../parts/dialog";
import { finePointer } from "../parts/media";
import { PURGE_KEY_WORDS } from "./purge-key";

export interface QuestionProps {
  readonly view: RoomView;
  readonly onClose: () => void;
}

/** How many others have not left. */
function othersHere(view: RoomView): number {
  return view.people.value.filter(({ self, presence }) => !self && presence !== "leaving").length;
}

/** "Nobody else", "1 other person", "4 other people". */
function others(view: RoomView): string {
  const count = othersHere(view);
  if (count <= 0) return "nobody else";
  return count === 1 ? "1 other person" : `${count} other people`;
}

export function LeaveQuestion({ view, onClose }: QuestionProps) {
  const alone = othersHere(view) === 0;
  return (
    <Dialog title="Leave this room?" onClose={onClose} alert>
      <p>
        Your messages and keys are wiped from this tab.{" "}
        {alone
          ? "The room stays, empty, until its time is up."
          : `The room goes on for ${others(view)}.`}{" "}
        With link and password you can come back until then.
      </p>
      <div class="dialog-actions">
        <button type="button" class="button" onClick={onClose}>
          Stay
        </button>
        <button type="button" class="button button-primary" onClick={() => view.leave()}>
          Leave
        </button>
      </div>
    </Dialog>
  );
}

export function PurgeQuestion({ view, onClose }: QuestionProps) {
  const alone = othersHere(view) === 0;
  return (
    <Dialog title="Purge this room?" onClose={onClose} alert>
      <p>
        It ends at once, for you and {others(view)}.{" "}
        {alone
          ? "Messages and keys are wiped, and the link never works again."
          : "Everything is wiped from every screen, and the link never works again."}{" "}
        Nobody is told who did it. It cannot be undone.
      </p>
      {finePointer.value && (
        <p class="quiet small">
          In a hurry: press <kbd>{PURGE_KEY_WORDS}</kbd> twice, anywhere in the room.
        </p>
      )}
      <div class="dialog-actions">
        <button type="button" class="button" onClick={onClose}>
          Keep the room
        </button>
        <button
          type="button"
          class="button button-danger"
          aria-keyshortcuts={PURGE_KEY_WORDS}
          onClick={() => view.purge()}
        >
          Purge
        </button>
      </div>
    </Dialog>
  );
}
