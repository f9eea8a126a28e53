/** Who is meant by a text that begins with an alias, as in `/kick Jonas` or `/whisper Inés de la Cruz, Jonas the rest`. Pure. */
import type { Person } from "../../../session/types";

/** People named at the start of a text, and the rest of it. */
export type Named =
  | { readonly who: readonly Person[]; readonly rest: string }
  | { readonly nobody: string }
  /** More than one person goes by that alias. */
  | { readonly several: readonly Person[] };

/** How somebody is written so that only they are meant. */
export function writtenName(person: Person, people: readonly Person[]): string {
  const alias = person.alias.toLowerCase();
  const isShared = people.some((other) => other !== person && other.alias.toLowerCase() === alias);
  return isShared ? `${person.alias} ${person.words.join(" ")}` : person.alias;
}

/** The people whom `text` begins with, separated by commas; each alias may have an @ before it. */
export function namedIn(text: string, people: readonly Person[]): Named {
  const who: Person[] = [];
  let rest = text.trimStart();
  for (;;) {
    const found = firstOf(rest.replace(/^@/, ""), people);
    if (found === undefined) return { nobody: (rest.split(/[\s,]/)[0] ?? "").replace(/^@/, "") };
    if (found.who.length > 1) return { several: found.who };
    who.push(...found.who.filter((person) => !who.includes(person)));
    const next = /^\s*,\s*/.exec(found.rest);
    if (next === null) return { who, rest: found.rest.trimStart() };
    rest = found.rest.slice(next[0].length);
  }
}

/** The longest name that `text` begins with, whoever goes by it, and what stands behind. */
function firstOf(
  text: string,
  people: readonly Person[],
): { readonly who: readonly Person[]; readonly rest: string } | undefined {
  const lower = text.toLowerCase();
  let length = 0;
  let who: Person[] = [];
  for (const person of people) {
    for (const name of [person.alias, `${person.alias} ${person.words.join(" ")}`]) {
      const isNamed =
        lower.startsWith(name.toLowerCase()) && /^(?:[\s,:]|$)/.test(text.slice(name.length));
      if (!isNamed || name.length < length) continue;
      who = name.length > length ? [person] : [...who, person];
      length = name.length;
    }
  }
  return who.length === 0 ? undefined : { who, rest: text.slice(length).replace(/^:/, "") };
}
