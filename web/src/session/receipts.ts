/**
 * Tells the relay how far this tab is, so that senders learn who has their messages (docs/PROTOCOL.md, section 5.7).
 *
 * Safety: only what has been dealt with is reported. Liveness: a message is reported within `AT_MOST_MS`, or by the
 * `Resume` on the next connection; in a hidden tab, whose timers browsers hold back, with the next message or when they
 * let them go. Cost: one small frame for a burst, and none for a room in which nobody speaks.
 */
import type { Browser, Stop } from "./browser";

/** So long after the last message, in milliseconds: what comes in one go is reported in one go. */
const QUIET_MS = 150;
/** So long after the first message that was not reported, in milliseconds, however many follow. */
const AT_MOST_MS = 2_000;

const nothing: Stop = () => {};

export class Receipts {
  readonly #clock: Browser["clock"];
  readonly #report: () => void;
  #stopQuiet = nothing;
  /** When the first message came that is not reported, on the clock that never jumps. */
  #first: number | undefined;
  #stopAtMost: Stop | undefined;

  /** `report` says to the relay how far this tab is. */
  constructor(clock: Browser["clock"], report: () => void) {
    this.#clock = clock;
    this.#report = report;
  }

  /** A message of somebody else was dealt with. */
  add(): void {
    const now = this.#clock.monotonic();
    this.#first ??= now;
    if (now - this.#first >= AT_MOST_MS) {
      this.#now();
      return;
    }
    this.#stopAtMost ??= this.#clock.after(AT_MOST_MS, () => this.#now());
    this.#stopQuiet();
    this.#stopQuiet = this.#clock.after(QUIET_MS, () => this.#now());
  }

  /** Nothing is to be reported on this connection any more. */
  stop(): void {
    this.#stopQuiet();
    this.#stopQuiet = nothing;
    this.#stopAtMost?.();
    this.#stopAtMost = undefined;
    this.#first = undefined;
  }

  #now(): void {
    this.stop();
    this.#report();
  }
}
