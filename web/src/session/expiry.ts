/**
 * The room's end by the clocks of this device.
 *
 * Safety: what ends is never prolonged. The deadline only ever moves nearer, whatever the relay says later, and never
 * lies beyond the longest lifetime a room can have.
 * Liveness: two clocks run, since each can fail: the monotonic one may stand still while a laptop sleeps, the wall
 * clock may be set back. Whichever passes first ends the room, at the latest when the page is seen again (`check`).
 */
import { type ReadonlySignal, signal } from "@preact/signals-core";
import type { Clock, Stop } from "./browser";

/** No room lives longer (docs/PROTOCOL.md, section 12), in milliseconds; a larger claim is a lie. */
export const LONGEST_LIFETIME_MS = 3_600_000;

/** How often the countdown is renewed, in milliseconds. */
const TICK_MS = 1000;

export class Expiry {
  readonly #clock: Clock;
  readonly #onExpired: () => void;
  readonly #remaining = signal(0);
  #monotonicEnd: number;
  #wallEnd: number;
  #stopTimer: Stop | undefined;
  #over = false;

  /** Starts to count `remainingMs` down; `onExpired` is called once, never from within this constructor. */
  constructor(clock: Clock, remainingMs: number, onExpired: () => void) {
    const left = Math.min(remainingMs, LONGEST_LIFETIME_MS);
    this.#clock = clock;
    this.#onExpired = onExpired;
    this.#monotonicEnd = clock.monotonic() + left;
    this.#wallEnd = clock.wall() + left;
    this.#remaining.value = left;
    this.#wait(left);
  }

  /** Milliseconds left, at least 0, renewed once a second. */
  get remainingMs(): ReadonlySignal<number> {
    return this.#remaining;
  }

  /** True once the room's time has passed by either clock. */
  get passed(): boolean {
    return this.#left() <= 0;
  }

  /** The relay says that `remainingMs` are left: believed only if that is sooner. */
  tighten(remainingMs: number): void {
    this.#monotonicEnd = Math.min(this.#monotonicEnd, this.#clock.monotonic() + remainingMs);
    this.#wallEnd = Math.min(this.#wallEnd, this.#clock.wall() + remainingMs);
    this.check();
  }

  /** Looks at both clocks now; to be called when timers may have slept. */
  check(): void {
    if (this.#over) return;
    this.#stopTimer?.();
    const left = this.#left();
    this.#remaining.value = Math.max(0, left);
    if (left > 0) {
      this.#wait(left);
      return;
    }
    this.#over = true;
    this.#onExpired();
  }

  /** Counts no more; `onExpired` will not be called. */
  stop(): void {
    this.#over = true;
    this.#stopTimer?.();
  }

  #left(): number {
    return Math.min(
      this.#monotonicEnd - this.#clock.monotonic(),
      this.#wallEnd - this.#clock.wall(),
    );
  }

  /** The next look: at the next whole second of the countdown, so that it shows each one. */
  #wait(left: number): void {
    const untilWholeSecond = left % TICK_MS || TICK_MS;
    this.#stopTimer = this.#clock.after(Math.max(0, Math.min(left, untilWholeSecond)), () =>
      this.check(),
    );
  }
}
