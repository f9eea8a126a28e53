/** The six words that are the same on every screen when nobody sits between. */
import type { RoomView } from "../../session/types";
import { Dialog } from "../parts/dialog";
import { Closing } from "./closing";
import "./safety-phrase.css";

interface SafetyPhraseProps {
  readonly view: RoomView;
  readonly onClose: () => void;
}

export function SafetyPhrase({ view, onClose }: SafetyPhraseProps) {
  return (
    <Dialog title="Safety phrase" onClose={onClose}>
      <ol class="phrase" translate={false}>
        {view.safetyPhrase.value.map((word, i) => (
          <li key={i}>{word}</li>
        ))}
      </ol>
      <p>
        Everyone in the room should see these same words. Read them to each other by phone, or side
        by side. If they differ, somebody sits between you: stop, and meet in a new room.
      </p>
      <p class="quiet">
        They change whenever somebody comes or goes, so compare them at the same moment.
      </p>
      <Closing onClose={onClose} />
    </Dialog>
  );
}
