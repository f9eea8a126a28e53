/**
 * The commands: one table, from which they are completed, explained and carried out.
 *
 * Invariants: what begins with one slash is a command or a mistake, and never a message; what cannot be taken back asks
 * exactly as its button does.
 */
import type { Person, RoomView, SendOptions } from "../../../session/types";
import type { Asking } from "../dialogs";
import { type Named, namedIn, writtenName } from "./person-words";

/** What commands act on. */
export interface CommandContext {
  readonly view: RoomView;
  readonly ask: (asking: Asking) => void;
  /** What a message that is written now goes along with. */
  readonly options: SendOptions;
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
/** The longest that a message may take to burn, in seconds (docs/PROTOCOL.md, section 9). */
const MAX_BURN_S = 3600;

export const COMMANDS: readonly Command[] = [
  {
    name: "me",
    form: "what you do",
    says: "Tell what you do, as in “/me nods”",
    takes: "text",
    run(text, { view, options }) {
      if (text === "") return { problem: "Write what you do: /me nods" };
      view.send(/[*\n]/.test(text) ? `<em>${text}</em>` : `*${text}*`, options);
      return undefined;
    },
  },
  {
    name: "whisper",
    form: "alias, alias message",
    says: "Only for them; without a message, all you write from now on",
    takes: "people",
    run: whisper,
  },
  {
    name: "burn",
    form: "30s message",
    says: "A message that vanishes so long after it was seen",
    takes: "text",
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
    says: "Let nobody new in; once more opens the room again",
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
  { name: "help", form: "", says: "Show commands and keys", takes: "nothing", run: asks("help") },
];

/** A line that begins with a slash, taken apart; undefined for what is a message. */
export function commandIn(
  text: string,
): { readonly name: string; readonly argument: string } | undefined {
  const match = /^\/(?!\/)(\S*)\s*([\s\S]*)$/.exec(text);
  return match === null ? undefined : { name: match[1] ?? "", argument: (match[2] ?? "").trim() };
}

/** The message that a text which is no command stands for: two slashes at its beginning are one. */
export function literal(text: string): string {
  return text.startsWith("//") ? text.slice(1) : text;
}

/** Carries out what `commandIn` found. */
export async function runCommand(
  { name, argument }: { readonly name: string; readonly argument: string },
  context: CommandContext,
): Promise<Outcome> {
  const command = COMMANDS.find((other) => other.name === name.toLowerCase());
  if (command === undefined)
    return {
      problem: `There is no command /${name.slice(0, 40)}. /help lists them; to begin a message with a slash, write two.`,
    };
  if (command.takes === "nothing" && argument !== "")
    return { problem: `/${command.name} stands alone. Nothing was done.` };
  return command.run(argument, context);
}

const others = ({ view }: CommandContext): readonly Person[] =>
  view.people.peek().filter((person) => !person.self);

/** Why nobody could be found. */
function missed(named: Exclude<Named, { who: unknown }>, context: CommandContext): Outcome {
  if ("nobody" in named)
    return {
      problem:
        named.nobody === "" ? "Name somebody who is here." : `Nobody here goes by ${named.nobody}.`,
    };
  const [first] = named.several;
  const example = first && writtenName(first, others(context));
  return { problem: `More than one goes by that alias. Add their two words: ${example}` };
}

function kick(argument: string, context: CommandContext): Outcome {
  const named = namedIn(argument, others(context));
  if (!("who" in named)) return missed(named, context);
  const [person] = named.who;
  if (person === undefined || named.who.length > 1 || named.rest !== "")
    return { problem: "Name one person, and nothing else: /kick alias" };
  context.ask({ what: "remove", id: person.id });
  return undefined;
}

function whisper(argument: string, context: CommandContext): Outcome {
  const named = namedIn(argument, others(context));
  if (!("who" in named)) return missed(named, context);
  if (named.rest === "") context.whisperTo(named.who);
  else
    context.view.send(named.rest, {
      ...context.options,
      whisperTo: named.who.map(({ id }) => id),
    });
  return undefined;
}

function burn(argument: string, { view, options }: CommandContext): Outcome {
  const [, number = "", unit = "", text = ""] =
    /^(\d{1,5})\s?([smh]?)\s+([\s\S]+)$/i.exec(argument) ?? [];
  const seconds = Number(number) * SECONDS[unit.toLowerCase() as keyof typeof SECONDS];
  if (text === "" || seconds < 1 || seconds > MAX_BURN_S)
    return { problem: "Write a time of up to 1h, then the message: /burn 30s the code is 4711" };
  view.send(text, { ...options, burnSeconds: seconds });
  return undefined;
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
