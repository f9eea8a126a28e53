/** What this person wants to be told, and to tell. Everything is off at first, and kept in the memory of this tab only. */
import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";
import type { RoomView } from "../../session/types";
import { Dialog } from "../parts/dialog";
import { notifications, refused, setNotifications, setSound, sound } from "./alerts";
import { Closing } from "./closing";
import "./help.css";

interface SettingsProps {
  readonly view: RoomView;
  readonly onClose: () => void;
}

export function Settings({ view, onClose }: SettingsProps) {
  const { typing, reading } = view.sharing.value;
  return (
    <Dialog title="Settings" onClose={onClose}>
      <div class="settings">
        <p class="quiet small">For this tab and this room. They are forgotten with it.</p>
        <h3>When you look elsewhere</h3>
        <Setting label="A tone for new messages" on={sound.value} onChange={setSound} />
        <Setting
          label="A notification for new messages"
          on={notifications.value}
          onChange={(on) => void setNotifications(on)}
        >
          It says “New message” and nothing else. Your system may keep a list of notifications.
          {refused.value && (
            <strong role="alert">
              {" "}
              The browser does not allow it: look into its settings for this page.
            </strong>
          )}
        </Setting>
        <h3>What the others see of you</h3>
        <Setting
          label="That you are typing"
          on={typing}
          onChange={(on) => view.setSharing({ typing: on })}
        />
        <Setting
          label="What you have read"
          on={reading}
          onChange={(on) => view.setSharing({ reading: on })}
        >
          You see who is typing and who has read if they share it, whether you do or not.
        </Setting>
        <h3>For the whole room</h3>
        <Setting label="Cover traffic" on={view.cover.value} onChange={(on) => view.setCover(on)}>
          Everybody’s tab sends at a steady pace, whether they write or not, so that the server
          cannot tell who writes when. It costs data and battery, for everybody, as long as it is
          on.
        </Setting>
      </div>
      <Closing onClose={onClose} />
    </Dialog>
  );
}

interface SettingProps {
  readonly label: string;
  readonly on: boolean;
  readonly onChange: (on: boolean) => void;
  readonly children?: ComponentChildren;
}

function Setting({ label, on, onChange, children }: SettingProps) {
  const id = useId();
  return (
    <label class="setting" for={id}>
      <span>{label}</span>
      <input
        type="checkbox"
        role="switch"
        id={id}
        checked={on}
        aria-checked={on}
        aria-describedby={children ? `${id}-more` : undefined}
        onChange={(event) => onChange(event.currentTarget.checked)}
      />
      {children && (
        <span class="setting-more" id={`${id}-more`}>
          {children}
        </span>
      )}
    </label>
  );
}
