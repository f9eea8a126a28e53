/**
 * What is said of messages, brought to their lines: texts, edits, deletion and reactions, one's own and others' alike
 * (docs/PROTOCOL.md, sections 9.2, 9.3 and 9.5).
 *
 * Safety:
 * - Edits and deletion reach lines of the same author only: a line is found by its author and id.
 * - What is said of a whisper counts only if it was whispered by somebody who takes part in it; what is said of an open
 *   message only if it was said openly.
 * - What can arrive before its message is kept for it, at most `MAX_EARLY` of them; nothing else is.
 * - Of a line that is gone nothing is remembered.
 */
import { type Delete, type Edit, type Reactions, refName, type Said, type Text } from "../e2ee";
import type { Burning } from "./burning";
import type { Entries } from "./entries";
import { findMentions } from "./mentions";
import type { People } from "./people";
import { personId } from "./person-id";
import { MessageReactions } from "./reactions";
import type { Delivery, Entry, MessageEntry, Person, Whispered } from "./types";

/** Reactions kept that came before their message, from all together. */
const MAX_EARLY = 256;

/** Who takes part in a whisper: its sender and its recipients, by id. Undefined: it was said openly. */
export type Circle = readonly string[] | undefined;

interface Line {
  readonly key: string;
  readonly circle: Circle;
  /** Of the last edit. */
  revision: number;
  reactions: MessageReactions;
}

interface Early {
  readonly from: Person;
  readonly said: Reactions;
  readonly circle: Circle;
}

export class Lines {
  readonly #entries: Entries;
  readonly #people: People;
  readonly #burning: Burning;
  readonly #lines = new Map<string, Line>();
  /** By sender and message: the latest of each. */
  readonly #early = new Map<string, Early>();

  constructor(entries: Entries, people: People, burning: Burning) {
    this.#entries = entries;
    this.#people = people;
    this.#burning = burning;
  }

  /** Brings what somebody else said to the screen. */
  take(from: Person, said: Said, circle: Circle): void {
    switch (said.kind) {
      case "text":
        this.#show(from, said, circle, undefined);
        return;
      case "edit":
        this.edit(from, said, circle);
        return;
      case "delete":
        this.delete(from, said, circle);
        return;
      case "reactions":
        this.react(from, said, circle);
        return;
    }
  }

  /** Shows an own text; the key of its line. */
  showOwn(text: Text, circle: Circle): string {
    return this.#show(this.#people.self.value, text, circle, "sending");
  }

  /** Another body for a text of the same author. */
  edit(from: Person, { target, revision, body }: Edit, circle: Circle): void {
    const line = this.#lines.get(`${from.id}/${personId(target)}`);
    if (line === undefined || !concerns(line, from, circle)) return;
    const entry = this.#entries.message(line.key);
    if (entry === undefined || entry.deleted || revision <= line.revision) return;
    line.revision = revision;
    this.#change(line.key, (before) => {
      const { mentionsYou: _, ...rest } = before;
      return { ...rest, body, edited: true, ...this.#mention(from, body) };
    });
  }

  /** An author takes a text back: only its place stays. */
  delete(from: Person, { target }: Delete, circle: Circle): void {
    const line = this.#lines.get(`${from.id}/${personId(target)}`);
    if (line === undefined || !concerns(line, from, circle)) return;
    line.reactions = new MessageReactions();
    this.#change(line.key, ({ kind, key, from: author, at, delivery, name, burn, whisper }) => ({
      ...{ kind, key, from: author, at, delivery, body: "", deleted: true },
      ...(name !== undefined && { name }),
      ...(burn !== undefined && { burn }),
      ...(whisper !== undefined && { whisper }),
    }));
  }

  /** What somebody has on a text from now on. */
  react(from: Person, said: Reactions, circle: Circle): void {
    const name = refName(said.target);
    const line = this.#lines.get(name);
    if (line === undefined) {
      this.#keepEarly(`${from.id} ${name}`, { from, said, circle });
      return;
    }
    if (!concerns(line, from, circle) || this.#entries.message(line.key)?.deleted) return;
    if (!line.reactions.set(from, said.revision, said.emoji)) return;
    const reactions = line.reactions.chips();
    this.#change(line.key, ({ reactions: _, ...rest }) =>
      reactions.length === 0 ? rest : { ...rest, reactions },
    );
  }

  /** What this tab knows of the message of a line, to say something of it. */
  of(entry: MessageEntry): Readonly<Line> | undefined {
    return entry.name === undefined ? undefined : this.#lines.get(entry.name);
  }

  /** A line is not kept any more. */
  forget(entry: Entry): void {
    if (entry.kind !== "message") return;
    this.#burning.forget(entry.key);
    if (entry.name !== undefined) this.#lines.delete(entry.name);
  }

  wipe(): void {
    this.#lines.clear();
    this.#early.clear();
  }

  #show(from: Person, text: Text, circle: Circle, delivery: Delivery | undefined): string {
    const name = `${from.id}/${personId(text.id)}`;
    const { body, burnS } = text;
    const key = this.#entries.add({
      ...{ kind: "message", from, body, delivery, name },
      ...this.#answer(from, text, circle),
      ...(burnS > 0 && { burn: { seconds: burnS, endsAt: undefined } }),
      ...(circle !== undefined && { whisper: this.#whispered(from, circle) }),
      ...this.#mention(from, body),
    });
    this.#lines.set(name, { key, circle, revision: 0, reactions: new MessageReactions() });
    if (!from.self && burnS > 0) this.#burning.add(key, burnS);
    this.#takeEarly(name);
    return key;
  }

  /** What a text answers, if it may. */
  #answer(from: Person, { replyTo }: Text, circle: Circle): { replyTo?: string } {
    if (replyTo === undefined) return {};
    const name = refName(replyTo);
    const line = this.#lines.get(name);
    // A whisper may answer an open message; an answer to a whisper is one.
    const isAllowed = line?.circle === undefined || concerns(line, from, circle);
    return isAllowed ? { replyTo: name } : {};
  }

  #whispered(from: Person, circle: readonly string[]): Whispered {
    const recipients = circle.filter((id) => id !== from.id);
    const to = recipients
      .map((id) => this.#people.byId(id))
      .filter((person) => person !== undefined);
    return { to, left: recipients.length - to.length, circle };
  }

  #mention(from: Person, body: string): { mentionsYou?: true } {
    const isMeant = !from.self && findMentions(body, [this.#people.self.value]).length > 0;
    return isMeant ? { mentionsYou: true } : {};
  }

  #change(key: string, change: (entry: MessageEntry) => MessageEntry): void {
    this.#entries.change(new Set([key]), change);
  }

  #keepEarly(name: string, early: Early): void {
    const before = this.#early.get(name);
    if (before !== undefined && before.said.revision >= early.said.revision) return;
    this.#early.delete(name);
    this.#early.set(name, early);
    if (this.#early.size <= MAX_EARLY) return;
    const oldest = this.#early.keys().next();
    if (!oldest.done) this.#early.delete(oldest.value);
  }

  #takeEarly(name: string): void {
    for (const [key, early] of this.#early) {
      if (!key.endsWith(` ${name}`)) continue;
      this.#early.delete(key);
      this.react(early.from, early.said, early.circle);
    }
  }
}

/** Whether what somebody said so counts for a message. */
function concerns(line: Line, from: Person, circle: Circle): boolean {
  if (line.circle === undefined) return circle === undefined;
  return circle !== undefined && line.circle.includes(from.id);
}
