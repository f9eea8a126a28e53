/** Says when little time remains: aloud once, and for the eyes as long as `time-marks` has it stand. */
import { type ReadonlySignal, useComputed } from "@preact/signals";
import { useRef } from "preact/hooks";
import { timeWords } from "./time-marks";

export function TimeWarnings({ remainingMs }: { readonly remainingMs: ReadonlySignal<number> }) {
  const first = useRef(remainingMs.peek());
  const aloud = useComputed(() => timeWords(remainingMs.value, first.current).aloud);
  const shown = useComputed(() => timeWords(remainingMs.value, first.current).shown);
  return (
    <>
      <p class="unseen" role="status">
        {aloud}
      </p>
      {shown.value && (
        <p class="connection-words numbers" aria-hidden="true">
          {shown}
        </p>
      )}
    </>
  );
}
