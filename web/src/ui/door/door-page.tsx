/** Behind a link: which room it is, how long it lives, and what is needed to come in. */
import { useSignal } from "@preact/signals";
import { useMemo } from "preact/hooks";
import type { SanctuaryApp } from "../../session/types";
import { Mark } from "../mark/mark";
import { ActionRow } from "../parts/action-row";
import { AliasField } from "../parts/alias-field";
import { finePointer } from "../parts/media";
import { useProblem } from "../parts/problem-view";
import { RemainingTime } from "../parts/remaining-time";
import { suggestAlias } from "../start/alias-suggestion";
import { PasswordField } from "./password-field";
import "../start/start-page.css";
import "./door-page.css";

/** Names longer than this, in characters, are set smaller. */
const LONG_NAME = 40;

interface DoorPageProps {
  readonly app: SanctuaryApp;
  /** Undefined until the room has been found. */
  readonly roomName: string | undefined;
  readonly onBegin: () => void;
}

export function DoorPage({ app, roomName, onBegin }: DoorPageProps) {
  const alias = useSignal(useMemo(() => suggestAlias(), []));
  const password = useSignal("");
  const step = app.step.value;
  const problem = useProblem(app.problem.value, ["alias", "password"]);
  const door = app.door.value;

  if (roomName === undefined) {
    return (
      <main class="page door" tabIndex={-1}>
        <h1>Looking for the room</h1>
        <p class="lead" role="status">
          {app.problem.value?.name === "no-connection"
            ? "No connection to the server. This goes on by itself as soon as there is one."
            : (problem.atForm ?? "This takes a moment.")}
        </p>
        <p>
          <button type="button" class="button" onClick={() => app.startOver()}>
            To the start page
          </button>
        </p>
      </main>
    );
  }

  const join = (event: Event): void => {
    event.preventDefault();
    void app.join({ alias: alias.peek(), password: password.peek() });
  };

  return (
    <main class="page door" tabIndex={-1}>
      <header class="door-head">
        {door && <Mark bytes={door.mark} size="large" spoken />}
        <div class="door-name">
          <p class="quiet">You are invited to</p>
          <h1 class={roomName.length > LONG_NAME ? "long" : undefined}>
            <bdi>{roomName}</bdi>
          </h1>
          {door && (
            <p class="quiet">
              <span class="words">{door.words.join(" ")}</span>
              {" · "}
              <RemainingTime ms={door.remainingMs} /> remaining
            </p>
          )}
        </div>
      </header>

      <form class="form" autocomplete="off" noValidate onSubmit={join} onInput={onBegin}>
        <fieldset class="form" disabled={step !== undefined}>
          <AliasField
            value={alias.value}
            onValue={(value) => {
              alias.value = value;
            }}
            problem={problem.at("alias")}
            focusOn={problem.focus("alias")}
          />
          <PasswordField
            value={password.value}
            onValue={(value) => {
              password.value = value;
            }}
            problem={problem.at("password")}
            focusOn={problem.focus("password") ?? (finePointer.peek() && "at first")}
          />
        </fieldset>
        {problem.atForm && (
          <p class="form-problem" role="alert">
            {problem.atForm}
          </p>
        )}
        <ActionRow verb="Join" step={step} disabled={problem.waits} onCancel={() => app.cancel()} />
      </form>

      <p class="quiet small door-note">
        Only people with this link and the password can read what is said inside. Ask whoever
        invited you for the password, and whether the words{" "}
        <span class="words">{door?.words.join(" ")}</span> stand below it on their screen.
      </p>
    </main>
  );
}
