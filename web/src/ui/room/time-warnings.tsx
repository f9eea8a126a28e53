/** Says aloud, to those who hear the page, when little time remains. */
import { type ReadonlySignal, useComputed } from "@preact/signals";

const MINUTE_MS = 60_000;
/** Minutes before the end at which it speaks. */
const MARKS = [10, 5, 1] as const;

export function TimeWarnings({ remainingMs }: { readonly remainingMs: ReadonlySignal<number> }) {
  const mark = useComputed(() => {
    const passed = MARKS.filter((minutes) => remainingMs.value <= minutes * MINUTE_MS);
    return passed.at(-1);
  });
  const minutes = mark.value;
  return (
    <p class="unseen" role="status">
      {minutes !== undefined &&
        `The room ends in ${minutes === 1 ? "one minute" : `${minutes} minutes`}.`}
    </p>
  );
}
