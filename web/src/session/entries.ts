/**
 * The conversation as this tab shows it.
 *
 * Invariants: keys are unique within the tab; lines keep the order in which they were added; at most `MAX_ENTRIES` are
 * kept, the oldest go first; after `wipe` nothing is left and nothing is added.
 */
import { type ReadonlySignal, signal } from "@preact/signals-core";
import type { Delivery, Entry } from "./types";

/** Lines kept in a tab: an hour of lively talk, and still a page that scrolls smoothly. */
export const MAX_ENTRIES = 2000;

/** An entry without the parts that this list adds. */
export type NewEntry = Entry extends infer E
  ? E extends Entry
    ? Omit<E, "key" | "at">
    : never
  : never;

let lastKey = 0;

export class Entries {
  readonly #now: () => number;
  readonly #list = signal<readonly Entry[]>([]);
  #wiped = false;

  /** `now` is the wall clock, in milliseconds. */
  constructor(now: () => number) {
    this.#now = now;
  }

  get list(): ReadonlySignal<readonly Entry[]> {
    return this.#list;
  }

  /** Adds a line; its key. */
  add(entry: NewEntry): string {
    lastKey += 1;
    const key = `e${lastKey}`;
    if (this.#wiped) return key;
    const kept = this.#list.value.slice(-(MAX_ENTRIES - 1));
    this.#list.value = [...kept, { ...entry, key, at: this.#now() } as Entry];
    return key;
  }

  /** The newest line. */
  get last(): Entry | undefined {
    return this.#list.value.at(-1);
  }

  /** Takes one line out, if it is still kept. */
  remove(key: string): void {
    this.#list.value = this.#list.value.filter((entry) => entry.key !== key);
  }

  /** Says how far an own message came. */
  deliver(key: string, delivery: Delivery): void {
    this.#list.value = this.#list.value.map((entry) =>
      entry.key === key && entry.kind === "message" ? { ...entry, delivery } : entry,
    );
  }

  /** The newest line for which `match` holds. */
  findLast(match: (entry: Entry) => boolean): Entry | undefined {
    return this.#list.value.findLast(match);
  }

  wipe(): void {
    this.#wiped = true;
    this.#list.value = [];
  }
}
