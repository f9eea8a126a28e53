/**
 * Who is meant by `@` and an alias in a body. Nothing of it travels: each receiver looks for itself, by the aliases it knows.
 */
import type { Person } from "./types";

/** One mention: `body.slice(start, end)` is the `@` and the alias as it was typed. */
export interface Mention {
  readonly start: number;
  readonly end: number;
  readonly who: Person;
}

/** A letter or number before the @, as in an address of mail, or after the alias, as in a longer word, makes it none. */
const IN_WORD = /[\p{L}\p{N}_]/u;

/** Finds the mentions of these people, from left to right. The longest alias that fits counts; case does not. */
export function findMentions(body: string, people: readonly Person[]): readonly Mention[] {
  const byLength = people
    .map((who) => ({ who, alias: who.alias.toLowerCase() }))
    .filter(({ alias }) => alias !== "")
    .sort((a, b) => b.alias.length - a.alias.length);
  const mentions: Mention[] = [];
  let at = body.indexOf("@");
  while (at !== -1) {
    const start = at;
    const found = isInWord(body, start - 1)
      ? undefined
      : byLength.find(({ alias }) => standsAt(body, start + 1, alias));
    const end = found === undefined ? start + 1 : start + 1 + found.alias.length;
    if (found !== undefined) mentions.push({ start, end, who: found.who });
    at = body.indexOf("@", end);
  }
  return mentions;
}

function standsAt(body: string, at: number, alias: string): boolean {
  const end = at + alias.length;
  return body.slice(at, end).toLowerCase() === alias && !isInWord(body, end);
}

function isInWord(body: string, at: number): boolean {
  const char = at < 0 ? undefined : body.codePointAt(at);
  return char !== undefined && IN_WORD.test(String.fromCodePoint(char));
}
