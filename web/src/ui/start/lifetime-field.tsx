/** How long the room lives: a number, and the usual ones as one tap. */
import type { ComponentChildren } from "preact";
import { Field } from "../parts/field";

/** The shortest lifetime a relay takes, in minutes (docs/PROTOCOL.md, section 12). */
export const MIN_LIFETIME_MINUTES = 5;
const USUAL_MINUTES = [5, 15, 30, 60] as const;

interface LifetimeFieldProps {
  /** As typed. */
  readonly value: string;
  readonly max: number;
  readonly onValue: (value: string) => void;
  readonly problem: ComponentChildren;
  readonly focusOn: unknown;
}

export function LifetimeField({ value, max, onValue, problem, focusOn }: LifetimeFieldProps) {
  const choices = [...new Set([...USUAL_MINUTES.filter((minutes) => minutes <= max), max])];
  return (
    <div class="lifetime">
      <Field
        label="Lifetime"
        type="number"
        value={value}
        min={MIN_LIFETIME_MINUTES}
        max={max}
        onValue={onValue}
        problem={problem}
        focusOn={focusOn}
        hint="Nobody can prolong it. Anyone inside can end it sooner."
        beside={
          <>
            <span class="lifetime-unit">minutes</span>
            <span class="lifetime-choices">
              {choices.map((minutes) => (
                <button
                  type="button"
                  key={minutes}
                  class="button"
                  aria-pressed={value === String(minutes)}
                  onClick={() => onValue(String(minutes))}
                >
                  {minutes}
                  <span class="unseen"> minutes</span>
                </button>
              ))}
            </span>
          </>
        }
      />
    </div>
  );
}
