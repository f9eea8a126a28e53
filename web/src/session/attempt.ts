/** What an attempt to get into a room is given, and how it fails. Apart from the attempt itself, which is loaded when one begins. */
import type { Browser } from "./browser";
import type { Relay } from "./relay";
import type { Ended, Problem, Step } from "./types";

/** One attempt to get into a room. */
export interface Attempt {
  readonly relay: Relay;
  readonly browser: Browser;
  /** Ends it. */
  readonly signal: AbortSignal;
  onStep(step: Step): void;
  /** Something that passes by itself, or has passed. */
  onHindrance(problem: Problem | undefined): void;
}

/** Creating, joining or coming back did not work. */
export class CannotEnter extends Error {
  override readonly name = "CannotEnter";

  constructor(readonly reason: { readonly problem: Problem } | { readonly ended: Ended }) {
    super("could not enter the room");
  }
}
