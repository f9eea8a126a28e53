/**
 * The invitation: link and password as two separate things, to go two different ways, and the words by which both sides see
 * that they mean the same room.
 */
import type { RoomView } from "../../session/types";
import { Mark } from "../mark/mark";
import { CopyButton } from "../parts/copy-button";
import { QrCode } from "./qr-code";
import "../parts/button.css";
import "./invitation.css";

interface InvitationProps {
  readonly view: RoomView;
  /** Absent where something around it closes it. */
  readonly onDone?: () => void;
}

export function Invitation({ view, onDone }: InvitationProps) {
  const invitation = view.invitation.value;
  return (
    <section class="invitation" aria-label="Invitation">
      {onDone && (
        <div class="invitation-head">
          <h2>Invite people</h2>
          <button type="button" class="button button-text" onClick={onDone}>
            Hide
          </button>
        </div>
      )}
      <p class="invitation-advice">
        Send link and password by different ways: one by mail, say, and the other by phone. Who gets
        hold of only one of them cannot come in.
      </p>
      <div class="invitation-part">
        <div class="invitation-head">
          <h3>Link</h3>
          <CopyButton label="Copy link" text={invitation.link} />
        </div>
        <div class="invitation-link">
          <QrCode text={invitation.link} />
          <p class="invitation-text" translate={false}>
            {invitation.link}
          </p>
        </div>
      </div>
      <div class="invitation-part">
        <div class="invitation-head">
          <h3>Password</h3>
          <CopyButton label="Copy password" text={invitation.password} />
        </div>
        <p class="invitation-text" translate={false}>
          {invitation.password}
        </p>
      </div>
      <p class="invitation-words">
        <Mark bytes={view.mark} spoken />
        <span>
          At the door they see this mark and the words{" "}
          <strong class="words">{view.words.join(" ")}</strong>. If they see others, it is not this
          room.
        </span>
      </p>
    </section>
  );
}
