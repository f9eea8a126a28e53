/**
 * The end of a form: its button, or, while the work goes on, what is being done with a way to stop it. Both take the same
 * place, so nothing jumps.
 */
import { useLayoutEffect, useRef } from "preact/hooks";
import type { Step } from "../../session/types";
import { stepWords } from "../words/steps";
import "./action-row.css";
import "./button.css";

interface ActionRowProps {
  /** The verb on the button. */
  readonly verb: string;
  readonly step: Step | undefined;
  readonly disabled?: boolean;
  readonly onCancel: () => void;
}

export function ActionRow({ verb, step, disabled = false, onCancel }: ActionRowProps) {
  const progress = useRef<HTMLDivElement>(null);
  const busy = step !== undefined;
  // The button that had the focus is gone; the next key must not cancel what it began.
  useLayoutEffect(() => {
    if (busy) progress.current?.focus();
  }, [busy]);

  if (step === undefined) {
    return (
      <div class="action-row">
        <button type="submit" class="button button-primary action-main" disabled={disabled}>
          {verb}
        </button>
      </div>
    );
  }
  return (
    <div class="action-row">
      <div class="action-progress" ref={progress} tabIndex={-1}>
        <p role="status">{stepWords(step)}</p>
        <progress
          class="bar"
          aria-label={stepWords(step)}
          max={1}
          value={"done" in step ? step.done : undefined}
        />
      </div>
      <button type="button" class="button" onClick={onCancel}>
        Cancel
      </button>
    </div>
  );
}
