/**
 * Who is meant by a text that begins with an alias, as in `/kick Jonas` or `/whisper Inés de la Cruz, Jonas: the rest`. Pure.
 *
 * Invariant: nobody is found by guessing. People choose their aliases, and may choose one that others begin their sentences with:
 * where two could be meant, as by "Ben I love you" if a Ben and a "Ben I" are here, neither is, unless a colon says which.
 */
import type { Person } from "../../../session/types";

/** People named at the start of a text, and the rest of it. */
export type Named =
  | { readonly who: readonly Person[]; readonly rest: string }
  | { readonly nobody: string }
  /** More than one person could be meant. */
  | { readonly several: readonly Person[] };

/** How somebody is written so that only they are meant, if a colon follows. */
export function writtenName(person: Person, people: readonly Person[]): string {
  const isShared = people.some((other) => other !== person && isAlike(other, person));
  return isShared ? fullName(person) : person.alias;
}

/** Whether somebody else could be meant where the name of this person is written without a colon. */
export function needsColon(person: Person, people: readonly Person[]): boolean {
  return people.some(
    (other) =>
      other !== person &&
      (isAlike(other, person) || begins(other, person.alias) || begins(person, other.alias)),
  );
}

/** The people whom `text` begins with, separated by commas; each alias may have an @ before it. */
export function namedIn(text: string, people: readonly Person[]): Named {
  const who: Person[] = [];
  let rest = text.trimStart();
  for (;;) {
    const readings = readingsOf(rest.replace(/^[@＠]/, ""), people);
    const [longest] = readings;
    if (longest === undefined)
      return { nobody: (rest.split(/[\s,:，、：]/)[0] ?? "").replace(/^[@＠]/, "") };
    const meant = [...new Set(readings.map(({ person }) => person))];
    if (meant.length > 1) return { several: meant };
    if (!who.includes(longest.person)) who.push(longest.person);
    const next = /^\s*[,，、]\s*/.exec(longest.rest);
    if (next === null) return { who, rest: longest.rest.trimStart() };
    rest = longest.rest.slice(next[0].length);
  }
}

interface Reading {
  readonly person: Person;
  /** What stands behind the name. */
  readonly rest: string;
}

/** Every name that `text` begins with, the longest first; only those that a colon ends, if there are any. */
function readingsOf(text: string, people: readonly Person[]): readonly Reading[] {
  const all = people
    .flatMap((person) => [person.alias, fullName(person)].map((name) => ({ person, name })))
    .filter(({ name }) => startsWith(text, name))
    .sort((a, b) => b.name.length - a.name.length)
    .map(({ person, name }) => ({ person, rest: text.slice(name.length) }));
  const ended = all.filter(({ rest }) => /^[:：]/.test(rest));
  return ended.length === 0
    ? all
    : ended.map(({ person, rest }) => ({ person, rest: rest.slice(1) }));
}

const fullName = ({ alias, words }: Person): string => `${alias} ${words.join(" ")}`;

function isAlike(one: Person, other: Person): boolean {
  return one.alias.toLowerCase() === other.alias.toLowerCase();
}

/** Whether the name of somebody goes on where `alias` ends. */
const begins = (person: Person, alias: string): boolean => startsWith(fullName(person), alias);

/** Whether a name stands at the beginning of a text, and ends there as a name does. */
function startsWith(text: string, name: string): boolean {
  const isThere = text.slice(0, name.length).toLowerCase() === name.toLowerCase();
  return isThere && /^(?:[\s,:，、：]|$)/.test(text.slice(name.length));
}
