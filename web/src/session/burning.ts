/**
 * Lines that vanish some time after they were seen (docs/PROTOCOL.md, section 9.2).
 *
 * Safety: a line that has begun to burn goes when its time has passed by either clock, and nothing prolongs that: a clock set
 * back counts as little as a machine that slept. It begins once only. Liveness: what waits to be seen begins as soon as the
 * line came into sight (`see`) and the page is seen (`check`).
 */
import type { Clock, Stop } from "./browser";

const MS_PER_SECOND = 1000;

interface Fire {
  readonly monotonicEnd: number;
  readonly wallEnd: number;
}

/** What lines hear of. */
export interface BurningHooks {
  /** It burns, and goes at `endsAt` on the wall clock, in milliseconds. */
  onBegun(key: string, endsAt: number): void;
  onBurnt(key: string): void;
}

export class Burning {
  readonly #clock: Clock;
  readonly #isSeen: () => boolean;
  readonly #hooks: BurningHooks;
  /** Seconds that lines have which were not seen yet. */
  readonly #unseen = new Map<string, number>();
  /** Those of them that are in sight, if only the page is. */
  readonly #inSight = new Set<string>();
  readonly #fires = new Map<string, Fire>();
  #stopTimer: Stop = () => {};

  constructor(clock: Clock, isSeen: () => boolean, hooks: BurningHooks) {
    this.#clock = clock;
    this.#isSeen = isSeen;
    this.#hooks = hooks;
  }

  /** A line that burns from when it is seen. */
  add(key: string, seconds: number): void {
    if (!this.#fires.has(key)) this.#unseen.set(key, seconds);
  }

  /** A line came into sight: if the page is seen, or as soon as it is, it burns. */
  see(key: string): void {
    if (!this.#unseen.has(key)) return;
    this.#inSight.add(key);
    this.check();
  }

  /** Looks at the clocks, and at whether the page is seen; to be called also when timers may have slept. */
  check(): void {
    if (this.#isSeen()) for (const key of this.#inSight) this.#begin(key);
    for (const [key, fire] of this.#fires) {
      if (this.#left(fire) > 0) continue;
      this.#fires.delete(key);
      this.#hooks.onBurnt(key);
    }
    this.#wait();
  }

  /** The line is gone for another reason. */
  forget(key: string): void {
    this.#unseen.delete(key);
    this.#inSight.delete(key);
    this.#fires.delete(key);
  }

  stop(): void {
    this.#stopTimer();
    this.#unseen.clear();
    this.#inSight.clear();
    this.#fires.clear();
  }

  #begin(key: string): void {
    const ms = (this.#unseen.get(key) ?? 0) * MS_PER_SECOND;
    this.#unseen.delete(key);
    this.#inSight.delete(key);
    const wallEnd = this.#clock.wall() + ms;
    this.#fires.set(key, { monotonicEnd: this.#clock.monotonic() + ms, wallEnd });
    this.#hooks.onBegun(key, wallEnd);
  }

  #left({ monotonicEnd, wallEnd }: Fire): number {
    return Math.min(monotonicEnd - this.#clock.monotonic(), wallEnd - this.#clock.wall());
  }

  #wait(): void {
    this.#stopTimer();
    if (this.#fires.size === 0) return;
    const left = Math.min(...[...this.#fires.values()].map((fire) => this.#left(fire)));
    this.#stopTimer = this.#clock.after(Math.max(0, left), () => this.check());
  }
}
