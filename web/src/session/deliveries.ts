/**
 * How far own messages came: from "sent" to "everyone", or to "missed" (docs/PROTOCOL.md, section 5.7).
 *
 * Safety: a message is everyone's only once the relay said so of it and of every copy of it that newcomers got; what was
 * told once is not taken back; of what nobody can know (its place was lost with a gap, or its session with the relay's
 * memory) nothing is said beyond "sent", and neither if nobody whom it is for was there when the relay took it, or is when it is told.
 * At most `MAX_ENTRIES` messages and copies are remembered, however long one member keeps everybody's waiting; of older ones
 * nothing more is said.
 */
import type { Completeness } from "../wire";
import { type Entries, MAX_ENTRIES } from "./entries";
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
  readonly #isHeard: (key: string) => boolean;
  readonly #onSent: (key: string) => void;
  readonly #open = new Map<string, Open>();
  /** In the room's order. */
  #accepted: Accepted[] = [];

  /** `isHeard`: somebody whom the message is for is there. `onSent` hears of each message that the relay took. */
  constructor(
    entries: Pick<Entries, "deliver">,
    isHeard: (key: string) => boolean,
    onSent: (key: string) => void = () => {},
  ) {
    this.#entries = entries;
    this.#isHeard = isHeard;
    this.#onSent = onSent;
  }

  /** The relay took a message; at a place that is not known if `seq` is undefined. */
  sent(key: string, seq: bigint | undefined): void {
    this.#set([key], "sent");
    this.#onSent(key);
    if (seq === undefined || !this.#isHeard(key)) return;
    this.#open.set(key, { left: 1, missed: false });
    this.#accept({ key, seq });
  }

  /** A copy of a message is on its way to a newcomer. */
  copying(key: string): void {
    const open = this.#open.get(key);
    if (open !== undefined) open.left += 1;
  }

  /** The relay took a copy. */
  copied(key: string, seq: bigint | undefined): void {
    if (seq === undefined) this.#open.delete(key);
    else this.#accept({ key, seq });
  }

  /** It cannot be sent; if it is too large for the relay, not again either. */
  failed(key: string, why: "failed" | "too-large" = "failed"): void {
    this.#set([key], why);
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

  #accept(accepted: Accepted): void {
    this.#accepted.push(accepted);
    if (this.#accepted.length <= MAX_ENTRIES) return;
    const oldest = this.#accepted.shift();
    if (oldest !== undefined) this.#open.delete(oldest.key);
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
    this.#set(everyone.filter(this.#isHeard), "everyone");
    this.#set(somebodyMissed, "missed");
  }

  #set(keys: readonly string[], delivery: Delivery): void {
    if (keys.length > 0) this.#entries.deliver(new Set(keys), delivery);
  }
}
