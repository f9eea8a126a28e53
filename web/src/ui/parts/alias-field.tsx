/** The field for an alias, with another suggestion one tap away. */
import type { ComponentChildren } from "preact";
import { suggestAlias } from "../start/alias-suggestion";
import { Field } from "./field";

interface AliasFieldProps {
  readonly value: string;
  readonly onValue: (value: string) => void;
  readonly problem: ComponentChildren;
  readonly focusOn: unknown;
}

export function AliasField({ value, onValue, problem, focusOn }: AliasFieldProps) {
  return (
    <Field
      label="Alias"
      value={value}
      onValue={onValue}
      problem={problem}
      focusOn={focusOn}
      hint="What the others call you here. Better not your real name."
      beside={
        <button type="button" class="button" onClick={() => onValue(suggestAlias(value))}>
          Another
          <span class="unseen"> alias</span>
        </button>
      }
    />
  );
}
