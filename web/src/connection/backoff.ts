/**
 * How long to wait before the next attempt: exponential with full jitter, so that the members of a
 * relay that restarts do not come back in one wave.
 */

/** Upper bound of the first wait in milliseconds. */
const FIRST_MS = 250;
/** Upper bound of all waits in milliseconds: a person looking at the page waits no longer. */
const MAX_MS = 8_000;

export class Backoff {
  readonly #random: () => number;
  #bound = FIRST_MS;

  /** `random` gives numbers from 0 up to but not including 1. */
  constructor(random: () => number) {
    this.#random = random;
  }

  /** The next wait in milliseconds. */
  next(): number {
    const wait = this.#random() * this.#bound;
    this.#bound = Math.min(this.#bound * 2, MAX_MS);
    return wait;
  }

  /** The connection held: start from the shortest wait again. */
  reset(): void {
    this.#bound = FIRST_MS;
  }
}
