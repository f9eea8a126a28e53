/**
 * Who is meant by `@` and an alias in a body. Nothing of it travels: each receiver looks for itself, by the aliases it knows.
 *
 * Invariant: what looking takes is bounded by what is bounded here, whatever the body and however many people.
 */
import type { Person } from "./types";

/** One mention: `body.slice(start, end)` is the `@` and the alias as it was typed. */
export interface Mention {
  readonly start: number;
  readonly end: number;
  readonly who: Person;
}

/** Mentions in one message that count: as many as there may be people in a room. */
export const MAX_MENTIONS = 100;
/** Signs in one message that are looked at: some are parts of addresses of mail, or names of nobody here. */
const MAX_SIGNS = 1_000;

/** A letter or number before the @, as in an address of mail, or after the alias, as in a longer word, makes it none. */
const IN_WORD = /[\p{L}\p{N}_]/u;

/** Looks for these people in the parts of one message, whose bounds hold for all of them together. */
export class MentionSearch {
  /** By the alias in lower case. Of several with the same, the first. */
  readonly #people = new Map<string, Person>();
  /** The lengths of aliases, longest first: there are fewer of them than people. */
  readonly #lengths: readonly number[];
  #signs = 0;
  #found = 0;

  constructor(people: readonly Person[]) {
    for (const who of people) {
      const alias = who.alias.toLowerCase();
      if (alias !== "" && !this.#people.has(alias)) this.#people.set(alias, who);
    }
    // As they are written: some letters are two in lower case.
    const lengths = new Set([...this.#people.values()].map(({ alias }) => alias.length));
    this.#lengths = [...lengths].sort((a, b) => b - a);
  }

  /** Nothing more is found in what follows. */
  get isOver(): boolean {
    return this.#signs >= MAX_SIGNS || this.#found >= MAX_MENTIONS;
  }

  /** The mentions in the next part, from left to right. The longest alias that fits counts; case does not. */
  in(part: string): readonly Mention[] {
    const mentions: Mention[] = [];
    for (let at = part.indexOf("@"); at !== -1 && !this.isOver; ) {
      this.#signs += 1;
      const found = isInWord(part, at - 1) ? undefined : this.#at(part, at + 1);
      const end = found?.end ?? at + 1;
      if (found !== undefined) {
        this.#found += 1;
        mentions.push({ start: at, ...found });
      }
      at = part.indexOf("@", end);
    }
    return mentions;
  }

  #at(part: string, start: number): { end: number; who: Person } | undefined {
    for (const length of this.#lengths) {
      const end = start + length;
      if (end > part.length || isInWord(part, end)) continue;
      const who = this.#people.get(part.slice(start, end).toLowerCase());
      if (who !== undefined) return { end, who };
    }
    return undefined;
  }
}

/** Finds the mentions of these people in a whole body. */
export function findMentions(body: string, people: readonly Person[]): readonly Mention[] {
  return new MentionSearch(people).in(body);
}

function isInWord(body: string, at: number): boolean {
  const char = at < 0 ? undefined : body.codePointAt(at);
  return char !== undefined && IN_WORD.test(String.fromCodePoint(char));
}
