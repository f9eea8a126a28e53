/** The time a room has: digits for the eye, words for the ear, never announced by itself. */
import { clock, spoken } from "../words/time";

export function RemainingTime({ ms }: { readonly ms: number }) {
  return (
    <>
      <span class="numbers" aria-hidden="true">
        {clock(ms)}
      </span>
      <span class="unseen">{spoken(ms)}</span>
    </>
  );
}
