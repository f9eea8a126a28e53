/**
 * When it is said that little time remains. Pure.
 *
 * Invariants: nothing is said that was so from the beginning, nor what is not true any more; the last seconds are shown until the
 * end.
 */
import { spoken } from "../words/time";

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;

/** From here on it is shown until the end, in milliseconds. */
const LAST_MS = 10 * SECOND_MS;
/** Before the end, in milliseconds. The first is only said aloud. */
const MARKS_MS = [10 * MINUTE_MS, 5 * MINUTE_MS, MINUTE_MS, LAST_MS] as const;
/** How long the others stand, in milliseconds. */
const STANDS_MS = 7 * SECOND_MS;

/** What is said with so many milliseconds left, of `firstMs` when this was first looked at. */
export interface TimeWords {
  /** For those who hear the page: the same as long as it stands. */
  readonly aloud: string;
  readonly shown: string;
}

const words = (ms: number): string => `The room ends in ${spoken(ms)}.`;

export function timeWords(remainingMs: number, firstMs: number): TimeWords {
  const mark = MARKS_MS.findLast((ms) => remainingMs <= ms && ms < firstMs);
  if (mark === undefined || (mark > LAST_MS && remainingMs <= mark - STANDS_MS))
    return { aloud: "", shown: "" };
  return {
    aloud: words(mark),
    shown: mark === LAST_MS ? words(remainingMs) : mark === MARKS_MS[0] ? "" : words(mark),
  };
}
