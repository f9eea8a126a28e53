/** What the composer offers to complete: commands after a slash, people after /kick, /whisper and @. Pure. */
import type { Person } from "../../../session/types";
import { type Command, LEAD, SLASH } from "./commands";
import { needsColon, writtenName } from "./person-words";

/** One offer. */
export interface Offer {
  readonly key: string;
  readonly label: string;
  /** What stands behind a command. */
  readonly form?: string;
  readonly detail: string;
  /** Stands in the text once it is taken. */
  readonly insert: string;
  readonly person?: Person;
}

/** What can be put in place of the text from `from` to `to`. */
export interface Offers {
  readonly from: number;
  readonly to: number;
  readonly what: "commands" | "people";
  readonly list: readonly Offer[];
}

/** People offered at once: more are found by writing on. */
const MAX_PEOPLE = 8;

/** The offers for a text with the caret at `caret`; undefined if there are none. */
export function offersAt(
  text: string,
  caret: number,
  people: readonly Person[],
  commands: readonly Command[],
): Offers | undefined {
  const before = text.slice(0, caret);
  const found =
    commandOffers(before, commands) ??
    argumentOffers(before, people, commands) ??
    mentionOffers(before, people);
  if (found === undefined || found.list.length === 0) return undefined;
  // What is written already needs no completing.
  const [only] = found.list;
  const isWritten =
    found.list.length === 1 && only?.insert.trim() === before.slice(found.from).trim();
  return isWritten ? undefined : found;
}

const COMMAND = new RegExp(`^${LEAD}${SLASH}(?!${SLASH})(\\S*)$`, "u");
const ARGUMENT = new RegExp(`^${LEAD}${SLASH}(\\S+)\\s+([\\s\\S]*)$`, "u");

function commandOffers(before: string, commands: readonly Command[]): Offers | undefined {
  const typed = COMMAND.exec(before)?.[1]?.toLowerCase();
  if (typed === undefined) return undefined;
  const list = commands
    .filter(({ name }) => name.startsWith(typed))
    .map(({ name, form, says }) => ({
      key: name,
      label: `/${name}`,
      form,
      detail: says,
      insert: form === "" ? `/${name}` : `/${name} `,
    }));
  return { from: 0, to: before.length, what: "commands", list };
}

function argumentOffers(
  before: string,
  people: readonly Person[],
  commands: readonly Command[],
): Offers | undefined {
  const match = ARGUMENT.exec(before);
  const takes = commands.find(({ name }) => name === match?.[1]?.toLowerCase())?.takes;
  const argument = match?.[2];
  if (argument === undefined || (takes !== "person" && takes !== "people")) return undefined;
  const typed =
    takes === "people" ? (argument.split(/[,，、]/).at(-1) ?? "").trimStart() : argument;
  return offersFor(typed.replace(/^[@＠]/, ""), before, people, "");
}

function mentionOffers(before: string, people: readonly Person[]): Offers | undefined {
  // An alias may have blanks in it; nobody writes on for long after an @ that means nobody.
  const typed = /(?:^|[^\p{L}\p{N}_@＠])[@＠]([^@＠\n]{0,64})$/u.exec(before)?.[1];
  if (typed === undefined) return undefined;
  return offersFor(typed, before, people, "@");
}

/** Who was picked from the list is meant, whoever else has an alias that begins alike. */
function written(person: Person, others: readonly Person[]): string {
  return `${writtenName(person, others)}${needsColon(person, others) ? ":" : ""} `;
}

function offersFor(typed: string, before: string, people: readonly Person[], sign: string): Offers {
  const wanted = typed.toLowerCase();
  const others = people.filter(({ self }) => !self);
  const list = others
    .filter((person) => {
      const name = writtenName(person, others).toLowerCase();
      return (
        name.startsWith(wanted) ||
        (sign === "" && name.split(" ").some((word) => word.startsWith(wanted) && wanted !== ""))
      );
    })
    .map((person) => ({
      key: person.id,
      label: person.alias,
      detail: person.words.join(" "),
      insert: sign === "" ? written(person, others) : `${sign}${person.alias} `,
      person,
    }));
  const from = before.length - typed.length - sign.length;
  return { from, to: before.length, what: "people", list: list.slice(0, MAX_PEOPLE) };
}
