/** One line: which room, how long, how many, and the way out. */
import type { RoomView } from "../../session/types";
import { Mark } from "../mark/mark";
import { finePointer, roomy, wide } from "../parts/media";
import { Menu } from "../parts/menu";
import { RemainingTime } from "../parts/remaining-time";
import type { Asking } from "./dialogs";
import { PURGE_KEY_WORDS } from "./purge-key";
import "../parts/button.css";
import "./room-header.css";

interface RoomHeaderProps {
  readonly view: RoomView;
  readonly onAsk: (asking: Asking) => void;
  readonly onInvite: () => void;
  readonly onSearch: () => void;
}

export function RoomHeader({ view, onAsk, onInvite, onSearch }: RoomHeaderProps) {
  const count = view.people.value.length;
  const words = (
    <span class="words" title="Two words that tell this room from others of the same name">
      {view.words.join(" ")}
    </span>
  );
  const people = `${count} ${count === 1 ? "person" : "people"}`;
  const items = [
    { label: "Invite people", onChoose: onInvite },
    ...(wide.value
      ? []
      : [{ label: "People in the room", onChoose: () => onAsk({ what: "people" }) }]),
    { label: "Search", onChoose: onSearch },
    {
      label: view.locked.value ? "Unlock: let newcomers in" : "Lock: let nobody new in",
      onChoose: () => view.lock(!view.locked.peek()),
    },
    { label: "Safety phrase", onChoose: () => onAsk({ what: "safety" }) },
    { label: "Settings", onChoose: () => onAsk({ what: "settings" }) },
    {
      label: finePointer.value ? "Commands and keys" : "Commands",
      onChoose: () => onAsk({ what: "help" }),
    },
  ];

  return (
    <header class="room-header">
      <Mark bytes={view.mark} spoken />
      <div class="room-title">
        <h1>
          {view.locked.value && (
            <svg viewBox="0 0 20 20" class="room-lock" role="img">
              <title>Locked: nobody new can come in</title>
              <path d="M6.5 9V6.5a3.5 3.5 0 0 1 7 0V9M4.5 9h11v7.5h-11z" />
            </svg>
          )}
          <bdi>{view.roomName}</bdi>
        </h1>
        <p class="room-facts">
          {roomy.value ? words : <Remaining view={view} />}
          {wide.value ? (
            <span>{people}</span>
          ) : (
            <button type="button" class="fact-button" onClick={() => onAsk({ what: "people" })}>
              {people}
            </button>
          )}
        </p>
      </div>
      {roomy.value && <Remaining view={view} />}
      <div class="room-actions">
        <Menu
          label="Room menu"
          items={items}
          head={
            <p class="menu-head">
              <Mark bytes={view.mark} size="small" />
              <span>{words}</span>
            </p>
          }
        />
        <button type="button" class="button button-plain" onClick={() => onAsk({ what: "leave" })}>
          Leave
        </button>
        <button
          type="button"
          class="button button-plain warns"
          title={`End the room for everyone (${PURGE_KEY_WORDS})`}
          aria-keyshortcuts={PURGE_KEY_WORDS}
          onClick={() => onAsk({ what: "purge" })}
        >
          Purge
        </button>
      </div>
    </header>
  );
}

/** On its own, so that the tick of the clock draws nothing else. */
function Remaining({ view }: { readonly view: RoomView }) {
  return (
    <span class="room-time">
      <RemainingTime ms={view.remainingMs.value} />
      <span class="unseen"> remaining</span>
    </span>
  );
}
