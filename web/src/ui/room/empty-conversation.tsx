/** What stands above the first line: what has been, what comes, and the next step for who is alone. */
import type { RoomView } from "../../session/types";
import { wide } from "../parts/media";

interface EmptyConversationProps {
  readonly view: RoomView;
  /** Somebody has written something. */
  readonly spoken: boolean;
  readonly returned: boolean;
  /** The invitation stands in the page already. */
  readonly invites: boolean;
  readonly onInvite: () => void;
}

export function EmptyConversation({
  view,
  spoken,
  returned,
  invites,
  onInvite,
}: EmptyConversationProps) {
  const alone = view.people.value.length <= 1;
  if (alone && !spoken) {
    return (
      <div class="empty">
        {returned && <p>You are back. What stood here before is wiped from this tab.</p>}
        <h2>Nobody else is here yet</h2>
        <p>
          {invites
            ? "Send the link and the password. Whoever has both can come in, and you will see it here."
            : "Whoever has the link and the password can come in."}
        </p>
        {!invites && (
          <button type="button" class="button button-primary" onClick={onInvite}>
            Invite people
          </button>
        )}
      </div>
    );
  }
  if (!spoken && !view.created && !returned) {
    return (
      <div class="empty">
        <h2>You are in</h2>
        <p>You see what is written from now on. Only the people in this room can read it.</p>
      </div>
    );
  }
  if (!spoken && view.created && !invites) {
    return (
      <div class="empty">
        <h2>Somebody has come in</h2>
        <p>Only the people in this room can read what is written here.</p>
        {!wide.value && (
          <button type="button" class="button" onClick={onInvite}>
            Invite more people
          </button>
        )}
      </div>
    );
  }
  return (
    <p class="beginning">
      {returned
        ? "You are back. What stood here before is wiped from this tab; you see what comes from now on."
        : view.created
          ? "Only the people in this room can read what is written here."
          : "You are in. You see what is written from now on; only the people in this room can read it."}
    </p>
  );
}
