/** Asks before a link is opened, and names the host it leads to. Only the press on "Open" leaves the page. */
import { CopyButton } from "../parts/copy-button";
import { Dialog } from "../parts/dialog";
import { pressed } from "./opening";
import "../parts/button.css";
import "./link-question.css";

export function LinkQuestion() {
  const asked = pressed.value;
  if (asked === undefined) return null;
  const { address, claim } = asked;
  const close = (): void => {
    pressed.value = undefined;
  };
  const encrypted = address.mail || address.href.startsWith("https:");
  return (
    <Dialog title={address.mail ? "Write a mail?" : "Open this link?"} onClose={close} alert>
      <p class="link-host">
        <bdi translate={false}>{address.host}</bdi>
      </p>
      {claim !== undefined && (
        <p class="link-warning">
          The link says “<bdi>{claim}</bdi>”, but leads to {address.host}.
        </p>
      )}
      {address.disguised && (
        <p class="link-warning">
          This name is written with unusual characters. It may be made to look like another one.
        </p>
      )}
      {address.decoy && (
        <p class="link-warning">
          What stands before the @ in this address is not where it leads. Only the name above
          counts.
        </p>
      )}
      {!encrypted && (
        <p class="link-warning">Not encrypted on the way: others can see and change the page.</p>
      )}
      {!address.mail && <p class="link-address">{address.href}</p>}
      <p class="quiet small">
        {address.mail
          ? "Your mail program opens. A mail is not protected by this room."
          : "That host will see your network address and the time. It is not told where you come from."}
      </p>
      <div class="dialog-actions">
        <button type="button" class="button" onClick={close}>
          Stay here
        </button>
        <CopyButton label="Copy link" text={address.mail ? address.host : address.href} />
        <a
          class="button button-primary"
          href={address.href}
          target="_blank"
          rel="noopener noreferrer nofollow"
          referrerpolicy="no-referrer"
          onClick={close}
        >
          Open
        </a>
      </div>
    </Dialog>
  );
}
