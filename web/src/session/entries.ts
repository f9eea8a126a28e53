/**
 * The conversation as this tab shows it.
 *
 * Invariants: keys are unique within the tab; lines keep the order in which they were added; at most `MAX_ENTRIES` are
 * kept, with at most `MAX_TEXT_UNITS` of text, and the oldest go first, save own messages that have not arrived;
 * nothing here holds on to what was let go; after `wipe` nothing is left and nothing is added.
 */
import { type ReadonlySignal, signal } from "@preact/signals-core";
import type { Delivery, Entry, MessageEntry } from "./types";

/** Lines kept in a tab: an hour of lively talk, and still a page that an old phone scrolls smoothly. */
export const MAX_ENTRIES = 2000;
/** Text kept in a tab, in UTF-16 code units: 64 messages of the greatest length, some megabytes of memory. */
export const MAX_TEXT_UNITS = 4 * 1024 * 1024;
/** Lines that go at once when the limit is reached: the page then moves seldom, and not with each message. */
export const LET_GO_AT_ONCE = 100;

/** An entry without the parts that this list adds. */
export type NewEntry = Entry extends infer E
  ? E extends Entry
    ? Omit<E, "key" | "at">
    : never
  : never;

let lastKey = 0;

export class Entries {
  readonly #now: () => number;
  readonly #onGone: (entry: Entry) => void;
  readonly #list = signal<readonly Entry[]>([]);
  readonly #letGo = signal(false);
  #units = 0;
  #wiped = false;

  /** `now` is the wall clock, in milliseconds; `onGone` hears of each line that is not kept any more. */
  constructor(now: () => number, onGone: (entry: Entry) => void = () => {}) {
    this.#now = now;
    this.#onGone = onGone;
  }

  get list(): ReadonlySignal<readonly Entry[]> {
    return this.#list;
  }

  /** True once older lines had to make room for newer ones. */
  get letGo(): ReadonlySignal<boolean> {
    return this.#letGo;
  }

  /** Adds a line; its key. */
  add(entry: NewEntry): string {
    lastKey += 1;
    const key = `e${lastKey}`;
    if (this.#wiped) return key;
    const added = { ...entry, key, at: this.#now() } as Entry;
    this.#units += unitsOf(added);
    this.#list.value = [...this.#room(), added];
    return key;
  }

  /** The newest line. */
  get last(): Entry | undefined {
    return this.#list.value.at(-1);
  }

  /** Takes one line out, if it is still kept. */
  remove(key: string): void {
    const gone = this.#list.value.find((entry) => entry.key === key);
    if (gone === undefined) return;
    this.#units -= unitsOf(gone);
    this.#list.value = this.#list.value.filter((entry) => entry !== gone);
    this.#onGone(gone);
  }

  /** The line of a message, if it is still kept. */
  message(key: string): MessageEntry | undefined {
    const entry = this.#list.value.findLast((other) => other.key === key);
    return entry?.kind === "message" ? entry : undefined;
  }

  /** The line of the message of that name, if it is still kept. */
  named(name: string): MessageEntry | undefined {
    const entry = this.#list.value.findLast(
      (other) => other.kind === "message" && other.name === name,
    );
    return entry?.kind === "message" ? entry : undefined;
  }

  /** Puts others in place of messages, as `change` makes them. */
  change(keys: ReadonlySet<string>, change: (entry: MessageEntry) => MessageEntry): void {
    this.#list.value = this.#list.value.map((entry) => {
      if (entry.kind !== "message" || !keys.has(entry.key)) return entry;
      const changed = change(entry);
      this.#units += unitsOf(changed) - unitsOf(entry);
      return changed;
    });
  }

  /** Forgets all lines. */
  clear(): void {
    const list = this.#list.value;
    this.#units = 0;
    this.#list.value = [];
    this.#letGo.value = false;
    for (const entry of list) this.#onGone(entry);
  }

  /** Says how far own messages came. */
  deliver(keys: ReadonlySet<string>, delivery: Delivery): void {
    this.change(keys, (entry) => ({ ...entry, delivery }));
  }

  /** Makes a line the newest, for what is done again now. */
  moveToEnd(key: string): void {
    const entry = this.#list.value.find((other) => other.key === key);
    if (entry === undefined) return;
    const others = this.#list.value.filter((other) => other !== entry);
    this.#list.value = [...others, { ...entry, at: this.#now() }];
  }

  /** The newest line for which `match` holds. */
  findLast(match: (entry: Entry) => boolean): Entry | undefined {
    return this.#list.value.findLast(match);
  }

  wipe(): void {
    this.#wiped = true;
    this.clear();
  }

  /** What is kept when one more comes. */
  #room(): readonly Entry[] {
    const list = this.#list.value;
    if (list.length < MAX_ENTRIES && this.#units <= MAX_TEXT_UNITS) return list;
    this.#letGo.value = true;
    // First what has arrived; only if that is not enough, what has not.
    return this.#shorten(this.#shorten(list, hasArrived), () => true);
  }

  /** Lets the oldest lines go for which `may` holds, until there is room enough. */
  #shorten(list: readonly Entry[], may: (entry: Entry) => boolean): readonly Entry[] {
    let surplus = list.length < MAX_ENTRIES ? 0 : list.length - MAX_ENTRIES + LET_GO_AT_ONCE;
    return list.filter((entry) => {
      const isEnough = surplus <= 0 && this.#units <= MAX_TEXT_UNITS;
      if (isEnough || !may(entry)) return true;
      surplus -= 1;
      this.#units -= unitsOf(entry);
      this.#onGone(entry);
      return false;
    });
  }
}

function unitsOf(entry: Entry): number {
  return entry.kind === "message" ? entry.body.length : 0;
}

/** Own messages that wait, or whose text their writer may still want. */
const NOT_ARRIVED: readonly (Delivery | undefined)[] = ["sending", "failed", "too-large"];

function hasArrived(entry: Entry): boolean {
  return entry.kind !== "message" || !NOT_ARRIVED.includes(entry.delivery);
}
