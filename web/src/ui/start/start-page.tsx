/** The first page: what this is, the form for a room, a line for a link, and what to expect of it. */
import { useSignal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import type { SanctuaryApp } from "../../session/types";
import { ActionRow } from "../parts/action-row";
import { AliasField } from "../parts/alias-field";
import { Field } from "../parts/field";
import { finePointer } from "../parts/media";
import { useProblem } from "../parts/problem-view";
import { suggestAlias } from "./alias-suggestion";
import { Honesty } from "./honesty";
import { LifetimeField } from "./lifetime-field";
import { LinkLine } from "./link-line";
import { NewPasswordField } from "./new-password-field";
import "./start-page.css";

interface StartPageProps {
  readonly app: SanctuaryApp;
  /** Makes a strong passphrase. */
  readonly newPassphrase: () => string;
  /** Told while the person chooses a lifetime, in minutes: the wick shows it. */
  readonly onLifetime: (minutes: number) => void;
  /** Told when the person begins: what comes next may load. */
  readonly onBegin: () => void;
}

export function StartPage({ app, newPassphrase, onLifetime, onBegin }: StartPageProps) {
  const max = app.maxLifetimeMinutes.value;
  const alias = useSignal(useMemo(() => suggestAlias(), []));
  const roomName = useSignal("");
  const generated = useSignal(useMemo(newPassphrase, []));
  const password = useSignal(generated.peek());
  // Untouched, it follows what the server allows.
  const lifetime = useSignal<string | undefined>(undefined);
  const lifetimeText = lifetime.value ?? String(max);

  const step = app.step.value;
  const busy = step !== undefined;
  const problem = useProblem(app.problem.value, ["alias", "roomName", "password", "lifetime"]);
  const atLink = app.problem.value?.name.startsWith("link-") === true;

  useEffect(() => onLifetime(Number(lifetimeText)), [lifetimeText]);

  const create = (event: Event): void => {
    event.preventDefault();
    void app.create({
      alias: alias.peek(),
      roomName: roomName.peek(),
      password: password.peek(),
      lifetimeMinutes: Number(lifetimeText),
    });
  };

  const generate = (): void => {
    generated.value = newPassphrase();
    password.value = generated.value;
  };

  return (
    <main class="page start" tabIndex={-1}>
      <header class="start-head">
        <h1>Sanctuary</h1>
        <p class="lead">
          A room for a private talk that ends within the hour and leaves nothing behind.
        </p>
      </header>

      <form class="form" autocomplete="off" noValidate onSubmit={create} onInput={onBegin}>
        <fieldset class="form" disabled={busy}>
          <AliasField
            value={alias.value}
            onValue={(value) => {
              alias.value = value;
            }}
            problem={problem.at("alias")}
            focusOn={problem.focus("alias")}
          />
          <Field
            label="Room name"
            value={roomName.value}
            onValue={(value) => {
              roomName.value = value;
            }}
            problem={problem.at("roomName")}
            focusOn={problem.focus("roomName") ?? (finePointer.peek() && "at first")}
            hint="Your guests see it. The server does not."
          />
          <NewPasswordField
            value={password.value}
            onValue={(value) => {
              password.value = value;
            }}
            generated={generated.value}
            onGenerate={generate}
            problem={problem.at("password")}
            focusOn={problem.focus("password")}
          />
          <LifetimeField
            value={lifetimeText}
            max={max}
            onValue={(value) => {
              lifetime.value = value;
            }}
            problem={problem.at("lifetime")}
            focusOn={problem.focus("lifetime")}
          />
        </fieldset>
        {problem.atForm && !atLink && (
          <p class="form-problem" role="alert">
            {problem.atForm}
          </p>
        )}
        <ActionRow
          verb="Create room"
          step={step}
          disabled={problem.waits}
          onCancel={() => app.cancel()}
        />
      </form>

      <LinkLine app={app} disabled={busy} />
      <Honesty />
    </main>
  );
}
