/** The password somebody was given: dots, unless they want to see it. */
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { Field } from "../parts/field";
import { drawsDots } from "../parts/secret-field";

interface PasswordFieldProps {
  readonly value: string;
  readonly onValue: (value: string) => void;
  readonly problem: ComponentChildren;
  readonly focusOn: unknown;
}

export function PasswordField(props: PasswordFieldProps) {
  const [shown, setShown] = useState(false);
  return (
    <Field
      label="Password"
      value={props.value}
      onValue={props.onValue}
      type={shown || drawsDots ? "text" : "password"}
      dots={!shown}
      problem={props.problem}
      focusOn={props.focusOn}
      beside={
        <button type="button" class="button" onClick={() => setShown(!shown)}>
          {shown ? "Hide" : "Show"}
          <span class="unseen"> characters</span>
        </button>
      }
    />
  );
}
