/** The line for people who were sent a link. */
import { useSignal } from "@preact/signals";
import type { SanctuaryApp } from "../../session/types";
import { Field } from "../parts/field";
import { useProblem } from "../parts/problem-view";

interface LinkLineProps {
  readonly app: SanctuaryApp;
  readonly disabled: boolean;
}

export function LinkLine({ app, disabled }: LinkLineProps) {
  const link = useSignal("");
  const problem = useProblem(app.problem.value, ["link"]);
  const open = (event: Event): void => {
    event.preventDefault();
    app.openLink(link.peek().trim());
  };
  return (
    <form class="link-line" autocomplete="off" noValidate onSubmit={open}>
      <fieldset disabled={disabled}>
        <Field
          label="Have a link? Paste it here"
          value={link.value}
          onValue={(value) => {
            link.value = value;
          }}
          problem={problem.at("link")}
          focusOn={problem.focus("link")}
          beside={
            <button type="submit" class="button">
              Open
            </button>
          }
        />
      </fieldset>
    </form>
  );
}
