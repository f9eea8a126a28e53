/** What is asked before something of somebody is gone: a message, or a person. Loaded when it is asked for. */
import { useSignal } from "@preact/signals";
import { useRef } from "preact/hooks";
import { Mark } from "../mark/mark";
import { Dialog } from "../parts/dialog";
import { Closing } from "./closing";
import type { QuestionProps } from "./questions";
import "./removal-questions.css";

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
        <Closing onClose={onClose} />
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
