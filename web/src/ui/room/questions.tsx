/** The three things that are asked once before they are done: leave, purge, remove. */
import { useSignal } from "@preact/signals";
import { useRef } from "preact/hooks";
import type { RoomView } from "../../session/types";
import { Mark } from "../mark/mark";
import { Dialog } from "../parts/dialog";
import { finePointer } from "../parts/media";
import { PURGE_KEY_WORDS } from "./purge-key";

interface QuestionProps {
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

interface DeleteQuestionProps extends QuestionProps {
  /** The key of the message. */
  readonly line: string;
}

export function DeleteQuestion({ view, line, onClose }: DeleteQuestionProps) {
  return (
    <Dialog title="Delete this message?" onClose={onClose} alert>
      <p>
        It goes from the screens of everyone who is here, and a mark stays in its place. Who has
        read it has read it.
      </p>
      <div class="dialog-actions">
        <button type="button" class="button" onClick={onClose}>
          Keep it
        </button>
        <button
          type="button"
          class="button button-danger"
          onClick={() => {
            onClose();
            view.remove(line);
          }}
        >
          Delete
        </button>
      </div>
    </Dialog>
  );
}

interface RemoveQuestionProps extends QuestionProps {
  readonly id: string;
  /** Link and password are new: time to show them. */
  readonly onRemoved: () => void;
}

export function RemoveQuestion({ view, id, onClose, onRemoved }: RemoveQuestionProps) {
  const state = useSignal<"asking" | "removing" | "failed" | "gone">("asking");
  const listed = view.people.value.find((candidate) => candidate.id === id);
  const last = useRef(listed);
  last.current = listed ?? last.current;
  // While it is on its way, the list may be a moment ahead of the outcome.
  const person = state.value === "removing" ? last.current : listed;

  const remove = async (): Promise<void> => {
    state.value = "removing";
    try {
      if ((await view.kick(id)) === "gone-before") {
        state.value = "gone";
        return;
      }
      onClose();
      onRemoved();
    } catch {
      state.value = "failed";
    }
  };

  if (person === undefined || state.value === "gone") {
    return (
      <Dialog title="Not here any more" onClose={onClose}>
        <p>
          This person is no longer in the room. The link and the password are the same as before,
          and they know them: they could come back.
        </p>
        <div class="dialog-actions">
          <button type="button" class="button" onClick={onClose}>
            Close
          </button>
        </div>
      </Dialog>
    );
  }
  return (
    <Dialog title="Remove this person?" onClose={onClose} alert>
      <p class="asked-person">
        <Mark bytes={person.mark} spoken />
        <span>
          <bdi class="alias">{person.alias}</bdi>
          <span class="run-words"> {person.words.join(" ")}</span>
        </span>
      </p>
      <p>
        They are out at once and cannot read what is written afterwards. Because they know the link
        and the password, both change: use the new ones to invite others. Everyone else stays in and
        sees that you removed them.
      </p>
      {state.value === "failed" && (
        <p class="form-problem" role="alert">
          That did not work. Check the connection and try again.
        </p>
      )}
      <div class="dialog-actions">
        <button type="button" class="button" onClick={onClose}>
          Keep them
        </button>
        <button
          type="button"
          class="button button-danger"
          disabled={state.value === "removing"}
          onClick={() => void remove()}
        >
          {state.value === "removing" ? "Removing …" : "Remove"}
        </button>
      </div>
    </Dialog>
  );
}
