/** Clocks that stand still until the test moves them. */
import type { Clock, Stop } from "../../../src/session/browser";

export class ManualClock implements Clock {
  #monotonic = 1_000;
  #wall = 1_700_000_000_000;
  #timers = new Set<{ readonly at: number; readonly callback: () => void }>();

  monotonic(): number {
    return this.#monotonic;
  }

  wall(): number {
    return this.#wall;
  }

  after(ms: number, callback: () => void): Stop {
    const timer = { at: this.#monotonic + ms, callback };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  /** Time passes, and timers run in their order. */
  pass(ms: number): void {
    const end = this.#monotonic + ms;
    for (;;) {
      const due = [...this.#timers].filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
      if (due === undefined) break;
      this.#timers.delete(due);
      this.#step(Math.max(due.at, this.#monotonic));
      due.callback();
    }
    this.#step(end);
  }

  /** The machine sleeps: the wall clock goes on, the monotonic one and all timers stand still. */
  sleep(ms: number): void {
    this.#wall += ms;
  }

  /** Somebody sets the wall clock. */
  setWallBack(ms: number): void {
    this.#wall -= ms;
  }

  /** How many timers wait. */
  get timers(): number {
    return this.#timers.size;
  }

  #step(to: number): void {
    this.#wall += to - this.#monotonic;
    this.#monotonic = to;
  }
}
