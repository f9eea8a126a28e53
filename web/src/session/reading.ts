/**
 * Who has read how far (docs/PROTOCOL.md, section 9.4). Nothing goes out unless this tab's person wants it, never a whisper's
 * name, and only the newest of what was seen in the meantime.
 */
import { encodeMessage, type MessageRef, refName } from "../e2ee";
import type { Bytes } from "../wire";
import type { Clock, Stop } from "./browser";
import type { Entries } from "./entries";
import { identityOf } from "./person-id";
import type { Entry, MessageEntry, Person } from "./types";

/** Between two that go out, in milliseconds. */
const SEND_EVERY_MS = 3_000;

export class Reading {
  readonly #clock: Clock;
  readonly #entries: Entries;
  readonly #pass: (data: Bytes) => void;
  /** The key of the newest line that was told of, or is to be. */
  #told: string | undefined;
  #stopTimer: Stop | undefined;
  #due: MessageEntry | undefined;

  /** `pass` sends what passes by. */
  constructor(clock: Clock, entries: Entries, pass: (data: Bytes) => void) {
    this.#clock = clock;
    this.#entries = entries;
    this.#pass = pass;
  }

  /** This tab's person has seen everything up to the line of `key`, and wants it to be known. */
  note(key: string): void {
    const list = this.#entries.list.value;
    const upTo = list.findLastIndex((entry) => entry.key === key);
    const newest = list.slice(0, upTo + 1).findLast(isTold);
    if (newest === undefined) return;
    const toldAt = list.findLastIndex((entry) => entry.key === this.#told);
    if (list.indexOf(newest) <= toldAt) return;
    this.#told = newest.key;
    this.#due = newest;
    if (this.#stopTimer === undefined) this.#send();
  }

  /** Somebody has seen everything up to this message. */
  heard(who: Person, upTo: MessageRef): void {
    const list = this.#entries.list.value;
    const name = refName(upTo);
    const at = list.findLastIndex((entry) => entry.kind === "message" && entry.name === name);
    const keys = list.slice(0, at + 1).filter((entry) => isNewsOf(entry, who));
    if (keys.length === 0) return;
    this.#entries.change(new Set(keys.map(({ key }) => key)), (entry) => ({
      ...entry,
      readBy: [...(entry.readBy ?? []), who],
    }));
  }

  /** It is not wanted any more. */
  stop(): void {
    this.#stopTimer?.();
    this.#stopTimer = undefined;
    this.#due = undefined;
  }

  #send(): void {
    const [author, id] = this.#due?.name?.split("/") ?? [];
    this.#due = undefined;
    if (author === undefined || id === undefined) return;
    const upTo = { author: identityOf(author), id: identityOf(id) };
    this.#pass(encodeMessage({ kind: "read", upTo }));
    this.#stopTimer = this.#clock.after(SEND_EVERY_MS, () => {
      this.#stopTimer = undefined;
      if (this.#due !== undefined) this.#send();
    });
  }
}

/** What may be told of: others' messages, for everyone to know that they are there. */
function isTold(entry: Entry): entry is MessageEntry {
  const isOthers = entry.kind === "message" && !entry.from.self;
  return isOthers && entry.name !== undefined && entry.whisper === undefined;
}

/** An own message that reached `who` and was not read by them before. */
function isNewsOf(entry: Entry, { id }: Person): boolean {
  if (entry.kind !== "message" || !entry.from.self || entry.deleted) return false;
  if (entry.whisper !== undefined && !entry.whisper.to.some((to) => to.id === id)) return false;
  const isOut = entry.delivery !== "failed" && entry.delivery !== "too-large";
  return isOut && entry.delivery !== "sending" && !entry.readBy?.some((who) => who.id === id);
}
