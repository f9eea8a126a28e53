/**
 * Who is typing (docs/PROTOCOL.md, section 9.4). Nothing goes out unless this tab's person wants it; what comes in expires by
 * itself, since nobody says when they stop.
 */
import { type ReadonlySignal, signal } from "@preact/signals-core";
import { encodeMessage } from "../e2ee";
import type { Bytes } from "../wire";
import type { Clock, Stop } from "./browser";
import type { Person } from "./types";

/** Between two that go out, in milliseconds. */
const SEND_EVERY_MS = 4_000;
/** How long one that came in counts, in milliseconds: more than the time to the next. */
const COUNTS_MS = 6_000;

export class Typing {
  readonly #clock: Clock;
  readonly #pass: (data: Bytes) => void;
  readonly #list = signal<readonly Person[]>([]);
  readonly #timers = new Map<string, Stop>();
  #sentAt: number | undefined;

  /** `pass` sends what passes by. */
  constructor(clock: Clock, pass: (data: Bytes) => void) {
    this.#clock = clock;
    this.#pass = pass;
  }

  get list(): ReadonlySignal<readonly Person[]> {
    return this.#list;
  }

  /** This tab's person types, and wants it to be known. */
  note(): void {
    const now = this.#clock.monotonic();
    if (this.#sentAt !== undefined && now - this.#sentAt < SEND_EVERY_MS) return;
    this.#sentAt = now;
    this.#pass(encodeMessage({ kind: "typing" }));
  }

  /** What was typed went out: the next letter is news again. */
  wrote(): void {
    this.#sentAt = undefined;
  }

  /** Somebody types. */
  heard(who: Person): void {
    this.#timers.get(who.id)?.();
    this.#timers.set(
      who.id,
      this.#clock.after(COUNTS_MS, () => this.stopped(who)),
    );
    if (!this.#list.value.some(({ id }) => id === who.id)) {
      this.#list.value = [...this.#list.value, who];
    }
  }

  /** Somebody types no more. */
  stopped({ id }: Pick<Person, "id">): void {
    this.#timers.get(id)?.();
    if (!this.#timers.delete(id)) return;
    this.#list.value = this.#list.value.filter((who) => who.id !== id);
  }

  wipe(): void {
    for (const stop of this.#timers.values()) stop();
    this.#timers.clear();
    this.#list.value = [];
  }
}
