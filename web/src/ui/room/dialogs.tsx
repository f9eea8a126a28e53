/** The dialogs over the room, one at a time. Questions name what happens and for whom, and confirm with the same verb. */
import type { ReadonlySignal, Signal } from "@preact/signals";
import type { Person, RoomView } from "../../session/types";
import { Dialog } from "../parts/dialog";
import { later } from "../parts/later";
import { Closing } from "./closing";
import { Company } from "./company";
import { Invitation } from "./invitation";
import { People } from "./people";
import { LeaveQuestion, PurgeQuestion } from "./questions";

/** Which dialog is asked for. */
export type Asking =
  | { readonly what: "leave" | "purge" | "safety" | "people" | "invite" | "help" | "settings" }
  | { readonly what: "delete"; readonly key: string }
  | { readonly what: "remove"; readonly id: string };

const removal = () => import("./removal-questions");
const DeleteQuestion = later(async () => (await removal()).DeleteQuestion);
const RemoveQuestion = later(async () => (await removal()).RemoveQuestion);
const SafetyPhrase = later(async () => (await import("./safety-phrase")).SafetyPhrase);
const Help = later(async () => (await import("./help")).Help);
const Settings = later(async () => (await import("./settings")).Settings);

interface DialogsProps {
  readonly view: RoomView;
  readonly asking: Signal<Asking | undefined>;
  readonly away: ReadonlySignal<string>;
  readonly onInvite: () => void;
  readonly onRemove: (id: string) => void;
  readonly onWhisper: (person: Person) => void;
}

export function Dialogs({ view, asking, away, onInvite, onRemove, onWhisper }: DialogsProps) {
  const close = (): void => {
    asking.value = undefined;
  };
  const open = asking.value;
  switch (open?.what) {
    case undefined:
      return null;
    case "leave":
      return <LeaveQuestion view={view} onClose={close} />;
    case "purge":
      return <PurgeQuestion view={view} onClose={close} />;
    case "remove":
      return <RemoveQuestion view={view} id={open.id} onClose={close} onRemoved={onInvite} />;
    case "delete":
      return <DeleteQuestion view={view} line={open.key} onClose={close} />;
    case "help":
      return <Help onClose={close} />;
    case "settings":
      return <Settings view={view} onClose={close} />;
    case "safety":
      return <SafetyPhrase view={view} onClose={close} />;
    case "people":
      return (
        <Dialog title="People in the room" onClose={close}>
          <People
            heading={false}
            view={view}
            away={away}
            onRemove={onRemove}
            onWhisper={onWhisper}
          />
          <Closing onClose={close} />
        </Dialog>
      );
    case "invite":
      return (
        <Dialog title="Invite people" onClose={close}>
          <Company view={view} />
          <Invitation view={view} />
          <Closing onClose={close} />
        </Dialog>
      );
  }
}
