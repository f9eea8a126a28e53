/** The password of a new room: filled in by the generator, open to one's own, rated honestly. */
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { Field } from "../parts/field";
import { drawsDots } from "../parts/secret-field";
import { rate, type Strength } from "./strength";

interface NewPasswordFieldProps {
  readonly value: string;
  readonly onValue: (value: string) => void;
  /** The passphrase that the generator made last. */
  readonly generated: string | undefined;
  readonly onGenerate: () => void;
  readonly problem: ComponentChildren;
  readonly focusOn: unknown;
}

function strengthWords({ level, bits }: Strength, generated: boolean): string {
  if (generated) return `Generated: ${bits} bits, beyond guessing.`;
  switch (level) {
    case "none":
      return "Needed by everybody who wants to come in.";
    case "weak":
      return `Weak: about ${bits} bits. Somebody with time and machines could guess it.`;
    case "fair":
      return `Fair: about ${bits} bits. A generated one is safer.`;
    case "strong":
      return `Strong: about ${bits} bits.`;
  }
}

export function NewPasswordField(props: NewPasswordFieldProps) {
  const { value, generated } = props;
  const [shown, setShown] = useState(true);
  const strength = rate(value, generated);
  return (
    <Field
      label="Password"
      value={value}
      onValue={props.onValue}
      type={shown || drawsDots ? "text" : "password"}
      dots={!shown}
      problem={props.problem}
      focusOn={props.focusOn}
      above={
        <span class="password-tools">
          <button type="button" class="button button-text" onClick={props.onGenerate}>
            New passphrase
          </button>
          <button type="button" class="button button-text" onClick={() => setShown(!shown)}>
            {shown ? "Hide" : "Show"}
            <span class="unseen"> characters</span>
          </button>
        </span>
      }
      hint={
        <span class="strength" data-level={strength.level}>
          <span class="strength-bars" aria-hidden="true">
            <i />
            <i />
            <i />
          </span>
          {strengthWords(strength, value !== "" && value === generated)}
        </span>
      }
    />
  );
}
