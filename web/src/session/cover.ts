/**
 * Cover traffic (docs/PROTOCOL.md, section 9.6): while it is on, this tab sends one message each `EVERY_MS`, no more and no
 * less, padded to `COVER_CLASS` at least.
 *
 * Invariants: `on` follows the last switch that this tab heard of since it came into the group; before the first one it follows
 * what is heard of others' cover, as long as that is heard.
 */
import { type ReadonlySignal, signal } from "@preact/signals-core";
import type { Clock, Stop } from "./browser";
import type { Person } from "./types";

/** Between two messages, in milliseconds. */
export const EVERY_MS = 2_000;
/** The least size class, in bytes: a text of some 300 bytes fits. */
export const COVER_CLASS = 512;
/** How long others' cover says that it is on, in milliseconds: five that did not come. */
const LEARNT_FOR_MS = 10_000;

export interface CoverHooks {
  /** The time has come for one message. */
  onTick(): void;
  onChange(who: Person | undefined, on: boolean): void;
}

export class Cover {
  readonly #clock: Clock;
  readonly #hooks: CoverHooks;
  readonly #on = signal(false);
  /** Whether a switch was heard since this tab came into the group. */
  #isKnown = false;
  #stopTicking: Stop | undefined;
  #stopLearnt: Stop = () => {};

  constructor(clock: Clock, hooks: CoverHooks) {
    this.#clock = clock;
    this.#hooks = hooks;
  }

  get on(): ReadonlySignal<boolean> {
    return this.#on;
  }

  /** Somebody, perhaps this tab's person, turned it on or off. */
  switched(who: Person, on: boolean): void {
    this.#isKnown = true;
    this.#stopLearnt();
    const isNews = this.#on.value !== on;
    this.#set(on);
    if (isNews) this.#hooks.onChange(who, on);
  }

  /** Somebody else sent cover. */
  heard(): void {
    if (this.#isKnown) return;
    this.#stopLearnt();
    this.#stopLearnt = this.#clock.after(LEARNT_FOR_MS, () => this.#learnt(false));
    this.#learnt(true);
  }

  /** Frames were missed: what holds now is not known. */
  lost(): void {
    if (!this.#isKnown) return;
    this.#isKnown = false;
    // Until the others' cover has had the time to be heard.
    if (this.#on.value) this.heard();
  }

  stop(): void {
    this.#stopLearnt();
    this.#set(false);
  }

  #learnt(on: boolean): void {
    const isNews = this.#on.value !== on;
    this.#set(on);
    if (isNews) this.#hooks.onChange(undefined, on);
  }

  #set(on: boolean): void {
    this.#on.value = on;
    if (on === (this.#stopTicking !== undefined)) return;
    this.#stopTicking?.();
    this.#stopTicking = undefined;
    if (on) this.#tick();
  }

  #tick(): void {
    this.#stopTicking = this.#clock.after(EVERY_MS, () => {
      this.#tick();
      this.#hooks.onTick();
    });
  }
}
