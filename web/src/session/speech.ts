/**
 * What this tab's person says: texts, and what is said of texts, shown here at once and handed to the outbox.
 *
 * Invariants: what breaks a rule is neither shown nor sent; what is said of a whisper is whispered to all who take part in it,
 * and never said openly because that whisper is gone.
 */
import {
  encodeMessage,
  isEmoji,
  MAX_BURN_S,
  MESSAGE_ID_BYTES,
  type MessageRef,
  type Reactions,
  type Said,
  type Text,
} from "../e2ee";
import type { Bytes } from "../wire";
import type { Deliveries } from "./deliveries";
import type { Entries } from "./entries";
import type { Circle, Lines } from "./lines";
import type { Outbox } from "./outbox";
import type { People } from "./people";
import { identityOf } from "./person-id";
import type { Answered, MessageEntry, SendOptions, SendProblem } from "./types";

/** What speech needs of the room. */
export interface SpeechRoom {
  readonly entries: Entries;
  readonly people: Pick<People, "self">;
  readonly lines: Lines;
  readonly outbox: Pick<Outbox, "add">;
  readonly deliveries: Pick<Deliveries, "failed">;
}

export class Speech {
  readonly #room: SpeechRoom;

  constructor(room: SpeechRoom) {
    this.#room = room;
  }

  /**
   * Shows an own text and hands it to the outbox; one that cannot be carried is shown as failed. Nothing is done if it cannot
   * go to those whom it is for; an answer to an open text that is gone is said for itself.
   */
  write(body: string, options: SendOptions = {}): SendProblem | undefined {
    if (body === "") return undefined;
    const answered = this.#answered(options.replyTo);
    const circle = this.#circle(options.whisperTo);
    if (answered === "gone") {
      if (options.replyTo?.circle !== undefined) return "answered-gone";
      this.#write(body, options, circle);
      return undefined;
    }
    if (!isSame(answered?.circle, options.replyTo?.circle)) return "another-circle";
    if (answered?.circle !== undefined && circle !== undefined && !isSame(answered.circle, circle))
      return "another-circle";
    this.#write(body, options, answered?.circle ?? circle, answered?.name);
    return undefined;
  }

  /** Sends a failed text again. It moves to the end, where the others will see it. */
  writeAgain(key: string): void {
    const entry = this.#room.entries.message(key);
    if (entry === undefined || entry.delivery !== "failed" || entry.deleted) return;
    const line = this.#room.lines.of(entry);
    if (line === undefined) return;
    const { circle } = line;
    const { body, replyTo, burn } = entry;
    this.#room.entries.remove(key);
    const burnS = burn?.seconds ?? 0;
    this.#say({ kind: "text", id: newId(), replyTo: refOf(replyTo), burnS, body }, circle);
  }

  /** Another body in place of that of an own text. */
  edit(key: string, body: string): boolean {
    const entry = this.#own(key);
    const line = entry && this.#room.lines.of(entry);
    const target = refOf(entry?.name)?.id;
    if (line === undefined || target === undefined || entry?.body === body) return false;
    const said: Said = { kind: "edit", id: newId(), target, revision: line.revision + 1, body };
    return this.#sayOf(said, line.circle, () =>
      this.#room.lines.edit(this.#room.people.self.value, said, line.circle),
    );
  }

  /** Takes an own text back. */
  remove(key: string): boolean {
    const entry = this.#own(key);
    const line = entry && this.#room.lines.of(entry);
    const target = refOf(entry?.name)?.id;
    if (line === undefined || target === undefined) return false;
    const said: Said = { kind: "delete", id: newId(), target };
    return this.#sayOf(said, line.circle, () =>
      this.#room.lines.delete(this.#room.people.self.value, said, line.circle),
    );
  }

  /** Puts an emoji on a text, or takes it off. */
  react(key: string, emoji: string): boolean {
    const entry = this.#room.entries.message(key);
    const line = entry && this.#room.lines.of(entry);
    const target = refOf(entry?.name);
    if (line === undefined || target === undefined || entry?.deleted || !isEmoji(emoji)) {
      return false;
    }
    const self = this.#room.people.self.value;
    const toggled = line.reactions.toggled(self.id, emoji);
    if (toggled === undefined) return false;
    const said: Reactions = { kind: "reactions", id: newId(), target, ...toggled };
    return this.#sayOf(said, line.circle, () => this.#room.lines.react(self, said, line.circle));
  }

  /** An own text that can be changed: the others have it, or will. */
  #own(key: string): MessageEntry | undefined {
    const entry = this.#room.entries.message(key);
    const isOut = entry?.delivery !== "failed" && entry?.delivery !== "too-large";
    return entry?.from.self && isOut && !entry.deleted ? entry : undefined;
  }

  #write(body: string, { burnSeconds = 0 }: SendOptions, circle: Circle, answers?: string): void {
    const burnS = Math.min(Math.max(0, Math.trunc(burnSeconds)), MAX_BURN_S);
    this.#say({ kind: "text", id: newId(), replyTo: refOf(answers), burnS, body }, circle);
  }

  #say(text: Text, circle: Circle): void {
    const { lines, outbox, deliveries } = this.#room;
    const key = lines.showOwn(text, circle);
    try {
      outbox.add(key, this.#content(text, circle));
    } catch {
      deliveries.failed(key);
    }
  }

  /** Says something of a text, and brings it to the screen if it can be carried. */
  #sayOf(said: Said, circle: Circle, show: () => void): boolean {
    try {
      this.#room.outbox.add(undefined, this.#content(said, circle));
    } catch {
      return false;
    }
    show();
    return true;
  }

  /** Throws `E2eeError` if it breaks a rule. */
  #content(said: Said, circle: Circle): Bytes | Whispering {
    const data = encodeMessage(said);
    if (circle === undefined) return data;
    data.fill(0);
    const self = this.#room.people.self.value.id;
    return { said, recipients: circle.filter((id) => id !== self).map(identityOf) };
  }

  /** The text that is answered, as it is now; undefined if none is. */
  #answered(
    replyTo: Answered | undefined,
  ): { readonly name: string | undefined; readonly circle: Circle } | "gone" | undefined {
    if (replyTo === undefined) return undefined;
    const entry = this.#room.entries.message(replyTo.key);
    const line = entry && this.#room.lines.of(entry);
    if (line === undefined || entry?.deleted) return "gone";
    return { name: entry?.name, circle: line.circle };
  }

  /** Who takes part in what is whispered to these. */
  #circle(whisperTo: readonly string[] | undefined): Circle {
    return whisperTo && [...new Set([this.#room.people.self.value.id, ...whisperTo])];
  }
}

/** The same people, or everybody in both. */
function isSame(one: Circle, other: Circle): boolean {
  if (one === undefined || other === undefined) return one === other;
  return one.length === other.length && one.every((id) => other.includes(id));
}

/** Something to be whispered, sealed when it goes out: its recipients' keys are those of that epoch. */
export interface Whispering {
  readonly said: Said;
  readonly recipients: readonly Bytes[];
}

function newId(): Bytes {
  return crypto.getRandomValues(new Uint8Array(MESSAGE_ID_BYTES));
}

/** The reference that a name is. */
function refOf(name: string | undefined): MessageRef | undefined {
  const [author, id] = name?.split("/") ?? [];
  if (author === undefined || id === undefined) return undefined;
  return { author: identityOf(author), id: identityOf(id) };
}
