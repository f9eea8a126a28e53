/**
 * The emoji on one message: for each person the latest set that they said.
 *
 * Invariants: a set with a lower revision than one that took effect has none; at most `MAX_REACTING` people count.
 */
import { MAX_REACTIONS } from "../e2ee";
import type { Person, ReactionChip } from "./types";

/** People whose reactions on one message are kept: more than a room has, and an end to those who come again and again. */
const MAX_REACTING = 128;

/** What somebody has on a message. */
interface Reacting {
  readonly who: Person;
  readonly revision: number;
  readonly emoji: readonly string[];
}

export class MessageReactions {
  readonly #all = new Map<string, Reacting>();
  /** Each emoji that is there, in the order in which they came. */
  #order: string[] = [];

  /** Takes note of what somebody has on the message from now on; false if that was overtaken. */
  set(who: Person, revision: number, emoji: readonly string[]): boolean {
    const before = this.#all.get(who.id);
    if (before === undefined ? this.#all.size >= MAX_REACTING : before.revision >= revision) {
      return false;
    }
    this.#all.set(who.id, { who, revision, emoji });
    const there = new Set([...this.#all.values()].flatMap((reacting) => reacting.emoji));
    this.#order = [...new Set([...this.#order, ...emoji])].filter((one) => there.has(one));
    return true;
  }

  /** What `id` would have after putting an emoji on or taking it off; undefined if there would be too many. */
  toggled(id: string, emoji: string): { revision: number; emoji: string[] } | undefined {
    const before = this.#all.get(id);
    const had = before?.emoji ?? [];
    const has = had.includes(emoji) ? had.filter((one) => one !== emoji) : [...had, emoji];
    if (has.length > MAX_REACTIONS) return undefined;
    return { revision: (before?.revision ?? 0) + 1, emoji: has };
  }

  /** As the page shows them. */
  chips(): readonly ReactionChip[] {
    return this.#order.map((emoji) => {
      const people = [...this.#all.values()]
        .filter((reacting) => reacting.emoji.includes(emoji))
        .map(({ who }) => who);
      return { emoji, people, own: people.some(({ self }) => self) };
    });
  }
}
