/**
 * How far own messages came: from "sent" to "everyone", or to "missed" (docs/PROTOCOL.md, section 5.7).
 *
 * Safety: a message is everyone's only once the relay said so of it and of every copy of it that newcomers got; what was
 * told once is not taken back; of what nobody can know (its place was lost with a gap, or its session with the relay's
 * memory) nothing is said beyond "sent", and neither if nobody else is here.
 */
import type { Completeness } from "../wire";
import type { Entries } from "./entries";
import type { Delivery } from "./types";

/** A message that the relay took and has not told all of. */
interface Open {
  /** How many of its parts, itself and its copies, nothing was told of. */
  left: number;
  missed: boolean;
}

/** A part that the relay took, at its place in the room's order. */
interface Accepted {
  readonly key: string;
  readonly seq: bigint;
}

export class Deliveries {
  readonly #entries: Pick<Entries, "deliver">;
  readonly #isAlone: () => boolean;
  readonly #open = new Map<string, Open>();
  /** In the room's order. */
  #accepted: Accepted[] = [];

  /** `isAlone`: nobody else is in the group. */
  constructor(entries: Pick<Entries, "deliver">, isAlone: () => boolean) {
    this.#entries = entries;
    this.#isAlone = isAlone;
  }

  /** The relay took a message; at a place that is not known if `seq` is undefined. */
  sent(key: string, seq: bigint | undefined): void {
    this.#set([key], "sent");
    if (seq === undefined) return;
    this.#open.set(key, { left: 1, missed: false });
    this.#accepted.push({ key, seq });
  }

  /** A copy of a message is on its way to newcomers. */
  copying(key: string): void {
    const open = this.#open.get(key);
    if (open !== undefined) open.left += 1;
  }

  /** The relay took a copy. */
  copied(key: string, seq: bigint | undefined): void {
    if (seq === undefined) this.#open.delete(key);
    else this.#accepted.push({ key, seq });
  }

  /** A copy is not wanted any more: whom it was for is gone. */
  uncopied(key: string): void {
    this.#tell([key], false);
  }

  /** It cannot be sent. */
  failed(key: string): void {
    this.#set([key], "failed");
  }

  /** The relay told of all that it took up to `seq`. */
  told(seq: bigint, completeness: Completeness): void {
    const later = this.#accepted.findIndex((accepted) => accepted.seq > seq);
    const count = later === -1 ? this.#accepted.length : later;
    const keys = this.#accepted.splice(0, count).map(({ key }) => key);
    this.#tell(keys, completeness === "missed");
  }

  /** The relay has forgotten the session: it will tell nothing of what it took before. */
  forget(): void {
    this.#open.clear();
    this.#accepted = [];
  }

  #tell(keys: readonly string[], missed: boolean): void {
    const everyone: string[] = [];
    const somebodyMissed: string[] = [];
    for (const key of keys) {
      const open = this.#open.get(key);
      if (open === undefined) continue;
      open.left -= 1;
      open.missed ||= missed;
      if (open.missed) somebodyMissed.push(key);
      else if (open.left === 0) everyone.push(key);
      if (open.missed || open.left === 0) this.#open.delete(key);
    }
    if (!this.#isAlone()) this.#set(everyone, "everyone");
    this.#set(somebodyMissed, "missed");
  }

  #set(keys: readonly string[], delivery: Delivery): void {
    if (keys.length > 0) this.#entries.deliver(new Set(keys), delivery);
  }
}
