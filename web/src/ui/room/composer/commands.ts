/**
 * The commands: one table, from which they are completed, explained and carried out.
 *
 * Invariants: what begins with one slash is a command or a mistake, and never a message; what cannot be taken back asks
 * exactly as its button does.
 */
import type { Person, RoomView, SendOptions } from "../../../session/types";
import { deed } from "../../words/deed";
import type { Asking } from "../dialogs";
import { type Named, namedIn, writtenName } from "./person-words";

/** What commands act on. */
export interface CommandContext {
  readonly view: RoomView;
  readonly ask: (asking: Asking) => void;
  /** Sends a message with what goes along with it now, and more. */
  readonly send: (body: string, more?: Pick<SendOptions, "whisperTo" | "burnSeconds">) => Outcome;
  /** Everything that is written from now on is whispered to these. */
  readonly whisperTo: (people: readonly Person[]) => void;
}

/** A mistake, as the composer tells it; or what the field holds next, if not nothing. */
export type Outcome = { readonly problem: string } | undefined;

export interface Command {
  readonly name: string;
  /** What stands behind the name, for people. */
  readonly form: string;
  readonly says: string;
  /** What begins its argument. */
  readonly takes: "nothing" | "person" | "people" | "text";
  /** The message that it sends, as far as it does; `people` are all who are here. */
  body?(argument: string, people: readonly Person[]): string;
  run(argument: string, context: CommandContext): Outcome | Promise<Outcome>;
}

/** Asks by the dialog of the same name. */
const asks =
  (what: "leave" | "purge" | "safety" | "help"): Command["run"] =>
  (_, { ask }) => {
    ask({ what });
    return undefined;
  };

const SECONDS = { "": 1, s: 1, m: 60, h: 3600 } as const;
/** People named at once where several could be meant. */
const MAX_NAMED = 3;
/** The longest that a message may take to burn, in seconds (docs/PROTOCOL.md, section 9). */
const MAX_BURN_S = 3600;

export const COMMANDS: readonly Command[] = [
  {
    name: "me",
    form: "what you do",
    says: "Tell what you do: “/me nods” puts your alias before it",
    takes: "text",
    body: ownDeed,
    run: (text, { send, view }) =>
      text === ""
        ? { problem: "Write what you do: /me nods" }
        : send(ownDeed(text, view.people.peek())),
  },
  {
    name: "whisper",
    form: "alias, alias: message",
    says: "Only for them; without a message, all you write from now on",
    takes: "people",
    body: (argument, people) => {
      const named = namedIn(argument, withoutSelf(people));
      return "who" in named ? named.rest : "";
    },
    run: whisper,
  },
  {
    name: "burn",
    form: "30s message",
    says: "A message that vanishes so long after it was seen; 30 alone means seconds",
    takes: "text",
    body: (argument) => burning(argument).text,
    run: burn,
  },
  {
    name: "nick",
    form: "new alias",
    says: "Go by another alias",
    takes: "text",
    run: nick,
  },
  {
    name: "clear",
    form: "",
    says: "Empty this screen; the others keep theirs",
    takes: "nothing",
    run(_, { view }) {
      view.clear();
      return undefined;
    },
  },
  {
    name: "safety",
    form: "",
    says: "Show the safety phrase",
    takes: "nothing",
    run: asks("safety"),
  },
  {
    name: "kick",
    form: "alias",
    says: "Remove somebody; asks first",
    takes: "person",
    run: kick,
  },
  {
    name: "lock",
    form: "",
    says: "Let nobody new in; once more unlocks the room",
    takes: "nothing",
    run: (_, { view }) =>
      view.lock(!view.locked.peek())
        ? undefined
        : { problem: "No connection: nothing was changed. Try again when it is back." },
  },
  {
    name: "leave",
    form: "",
    says: "Leave the room; asks first",
    takes: "nothing",
    run: asks("leave"),
  },
  {
    name: "purge",
    form: "",
    says: "End the room for everyone; asks first",
    takes: "nothing",
    run: asks("purge"),
  },
  { name: "help", form: "", says: "Explain the commands", takes: "nothing", run: asks("help") },
];

/** What may stand before a slash without being seen: a command is one all the same. */
export const LEAD = "[\\s\\p{Cc}\\p{Default_Ignorable_Code_Point}]*";
/** The slash of a command, or the wide one of East Asian keyboards. */
export const SLASH = "[/／]";
const COMMAND = new RegExp(`^${LEAD}${SLASH}(?!${SLASH})(\\S*)\\s*([\\s\\S]*)$`, "u");
const ONE_SLASH = new RegExp(`^(${LEAD})(${SLASH})`, "u");
const TWO_SLASHES = new RegExp(`^(${LEAD})${SLASH}(${SLASH})`, "u");

/** A command as it was typed. */
export interface Typed {
  readonly name: string;
  readonly argument: string;
}

/** A text that begins with a slash, taken apart; undefined for what is a message. */
export function commandIn(text: string): Typed | undefined {
  const match = COMMAND.exec(text);
  return match === null ? undefined : { name: match[1] ?? "", argument: (match[2] ?? "").trim() };
}

/** Whether a text begins with a slash, or with two. */
export function beginsWithSlash(text: string): boolean {
  return ONE_SLASH.test(text);
}

/** The message that a text which is no command stands for: two slashes at its beginning are one. */
export function literal(text: string): string {
  return text.replace(TWO_SLASHES, "$1$2");
}

/** The text that stands for a message: `literal` makes it that again. */
export function typedFor(body: string): string {
  return body.replace(ONE_SLASH, "$1/$2");
}

/** The command of that name. */
export function commandOf({ name }: Typed): Command | undefined {
  return COMMANDS.find((other) => other.name === name.toLowerCase());
}

/** The message that is sent if a text is: "" if none is. */
export function bodyOf(text: string, people: readonly Person[]): string {
  const typed = commandIn(text);
  if (typed === undefined) return literal(text);
  return commandOf(typed)?.body?.(typed.argument, people) ?? "";
}

/** Those to whom a text is whispered by what stands in it. */
export function whisperedIn(
  text: string,
  people: readonly Person[],
): readonly Person[] | undefined {
  const typed = commandIn(text);
  if (typed === undefined || commandOf(typed)?.name !== "whisper") return undefined;
  const named = namedIn(typed.argument, withoutSelf(people));
  return "who" in named && named.rest !== "" ? named.who : undefined;
}

/** Carries out what `commandIn` found. */
export async function runCommand(typed: Typed, context: CommandContext): Promise<Outcome> {
  const { name, argument } = typed;
  const command = commandOf(typed);
  if (command === undefined)
    return {
      problem: `There is no command /${name.slice(0, 40)}. /help lists them; to begin a message with a slash, write two.`,
    };
  if (command.takes === "nothing" && argument !== "")
    return { problem: `/${command.name} stands alone. Nothing was done.` };
  return command.run(argument, context);
}

const withoutSelf = (people: readonly Person[]): readonly Person[] =>
  people.filter((person) => !person.self);
const others = ({ view }: CommandContext): readonly Person[] => withoutSelf(view.people.peek());

/** Why nobody could be found. */
function missed(
  named: Exclude<Named, { who: unknown }>,
  context: CommandContext,
  command: string,
): Outcome {
  if ("nobody" in named)
    return {
      problem:
        named.nobody === "" ? "Name somebody who is here." : `Nobody here goes by ${named.nobody}.`,
    };
  const names = named.several.map((person) => writtenName(person, others(context)));
  const more = names.length > MAX_NAMED ? " or somebody else" : "";
  return {
    problem: `That could mean ${names.slice(0, MAX_NAMED).join(" or ")}${more}. Say which, and end the name with a colon, as in /${command} ${names[0]}:`,
  };
}

function kick(argument: string, context: CommandContext): Outcome {
  // Nothing comes behind the alias.
  const named = namedIn(`${argument.replace(/[:：]$/, "")}:`, others(context));
  if (!("who" in named)) return missed(named, context, "kick");
  const [person] = named.who;
  if (person === undefined || named.who.length > 1 || named.rest !== "")
    return { problem: "Name one person, and nothing else: /kick alias" };
  context.ask({ what: "remove", id: person.id });
  return undefined;
}

function whisper(argument: string, context: CommandContext): Outcome {
  const named = namedIn(argument, others(context));
  if (!("who" in named)) return missed(named, context, "whisper");
  if (named.rest !== "")
    return context.send(named.rest, { whisperTo: named.who.map(({ id }) => id) });
  context.whisperTo(named.who);
  return undefined;
}

function ownDeed(text: string, people: readonly Person[]): string {
  return deed(people.find(({ self }) => self)?.alias ?? "", text);
}

const UNIT = "s|m|h|sec(?:ond)?s?|min(?:ute)?s?|hours?";
/** A time, then a message. */
const BURNING = new RegExp(`^(\\d{1,5})\\s?(${UNIT})?\\s+(?!(?:${UNIT})$)([\\s\\S]+)$`, "i");

function burning(argument: string): { readonly seconds: number; readonly text: string } {
  const [, number = "", unit = "", text = ""] = BURNING.exec(argument) ?? [];
  const letter = unit.slice(0, 1).toLowerCase() as keyof typeof SECONDS;
  return { seconds: Number(number) * SECONDS[letter], text };
}

function burn(argument: string, { send }: CommandContext): Outcome {
  const { seconds, text } = burning(argument);
  if (text === "" || seconds < 1 || seconds > MAX_BURN_S)
    return {
      problem:
        "Write a time of up to 1h, then the message: /burn 30s the code is 4711. 5m are minutes, and 30 alone means seconds.",
    };
  return send(text, { burnSeconds: seconds });
}

async function nick(alias: string, { view }: CommandContext): Promise<Outcome> {
  switch (await view.rename(alias)) {
    case undefined:
      return undefined;
    case "alias-missing":
      return { problem: "Write the new alias: /nick Heron" };
    case "alias-too-long":
      return { problem: "That alias is too long. Choose a shorter one." };
    case "alias-has-control-characters":
      return { problem: "That alias has characters that cannot be seen. Choose another." };
    case "alias-taken":
      return {
        problem: "Somebody here goes by that, or by one that looks the same. Choose another.",
      };
  }
}
