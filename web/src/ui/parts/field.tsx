/** A labelled line of a form: label, field, what helps with it, what is wrong with it. */
import type { ComponentChildren } from "preact";
import { useId, useLayoutEffect, useRef } from "preact/hooks";
import "./button.css";
import "./field.css";
import { keepSecret } from "./secret-field";

interface FieldProps {
  /** The accessible name; also what stands above the field. */
  readonly label: string;
  readonly value: string;
  readonly onValue: (value: string) => void;
  readonly type?: "text" | "number" | "password";
  /** Draw the text as dots. */
  readonly dots?: boolean;
  readonly min?: number;
  readonly max?: number;
  readonly hint?: ComponentChildren;
  readonly problem?: ComponentChildren;
  /** Stands to the right of the field. */
  readonly beside?: ComponentChildren;
  /** Stands at the end of the label's line. */
  readonly above?: ComponentChildren;
  /** Take the focus, with the text selected, when this changes to another true value. */
  readonly focusOn?: unknown;
  readonly placeholder?: string;
}

export function Field(props: FieldProps) {
  const id = useId();
  const field = useRef<HTMLInputElement>(null);
  const describes = [props.problem && `${id}-problem`, props.hint && `${id}-hint`].filter(Boolean);

  useLayoutEffect(() => keepSecret(field.current), []);
  useLayoutEffect(() => {
    if (!props.focusOn) return;
    field.current?.focus();
    field.current?.select();
  }, [props.focusOn]);

  return (
    <div class="field">
      <div class="field-head">
        <label class="field-label" for={id}>
          {props.label}
        </label>
        {props.above}
      </div>
      <div class="field-line">
        <input
          id={id}
          ref={field}
          class={props.dots ? "input dots" : "input"}
          type={props.type ?? "text"}
          inputMode={props.type === "number" ? "numeric" : undefined}
          min={props.min}
          max={props.max}
          step={props.type === "number" ? 1 : undefined}
          dir={props.type === "number" ? undefined : "auto"}
          placeholder={props.placeholder}
          value={props.value}
          aria-invalid={props.problem ? true : undefined}
          aria-describedby={describes.length > 0 ? describes.join(" ") : undefined}
          onInput={(event) => props.onValue(event.currentTarget.value)}
        />
        {props.beside}
      </div>
      {props.problem && (
        <p class="field-problem" id={`${id}-problem`} role="alert">
          {props.problem}
        </p>
      )}
      {props.hint && (
        <p class="field-hint" id={`${id}-hint`}>
          {props.hint}
        </p>
      )}
    </div>
  );
}
