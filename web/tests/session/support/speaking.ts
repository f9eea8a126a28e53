/** A room's talk without a relay: lines, outbox and speech of one tab, and others whose words arrive as decoded. */
import type { Said } from "../../../src/e2ee";
import { Burning } from "../../../src/session/burning";
import { Deliveries } from "../../../src/session/deliveries";
import { Entries } from "../../../src/session/entries";
import { Lines } from "../../../src/session/lines";
import { Outbox } from "../../../src/session/outbox";
import type { People } from "../../../src/session/people";
import { Speech } from "../../../src/session/speech";
import type { MessageEntry, Person } from "../../../src/session/types";
import type { Bytes, ClientFrame } from "../../../src/wire";
import { ManualClock } from "./manual-clock";

/** Somebody whose identity is `byte` sixteen times. */
export function person(byte: number, alias: string, self = false): Person {
  const id = byte.toString(16).padStart(2, "0").repeat(16);
  const mark = new Uint8Array(32);
  return { id, alias, words: ["a", "b"], mark, self, presence: "here" };
}

export const ada = person(0xad, "Ada", true);
export const ben = person(0xbe, "Ben");
export const cleo = person(0xc1, "Cleo");

/** Bytes of an id, from one number. */
export function id(byte: number): Bytes {
  return new Uint8Array(16).fill(byte);
}

export function bytesOf(who: Person): Bytes {
  return new Uint8Array(Buffer.from(who.id, "hex"));
}

/** One whispered thing as the outbox handed it over. */
export interface SentWhisper {
  readonly to: readonly string[];
  readonly said: Said;
}

export class Speaking {
  readonly clock = new ManualClock();
  hidden = false;
  isBroken = false;
  readonly frames: ClientFrame[] = [];
  readonly whispers: SentWhisper[] = [];
  readonly entries = new Entries(
    () => this.clock.wall(),
    (entry) => this.lines.forget(entry),
  );
  readonly people = {
    self: { value: ada },
    byId: (wanted: string) => [ada, ben, cleo].find((who) => who.id === wanted),
  } as unknown as People;
  readonly burning: Burning = new Burning(this.clock, () => !this.hidden, {
    onBegun: (key, endsAt) =>
      this.entries.change(new Set([key]), (entry) =>
        entry.burn === undefined ? entry : { ...entry, burn: { ...entry.burn, endsAt } },
      ),
    onBurnt: (key) => this.entries.remove(key),
  });
  readonly lines: Lines = new Lines(this.entries, this.people, this.burning);
  readonly deliveries = new Deliveries(
    this.entries,
    () => true,
    (key) => {
      const seconds = this.entries.message(key)?.burn?.seconds;
      if (seconds === undefined) return;
      this.burning.add(key, seconds);
      this.burning.see(key);
    },
  );
  readonly outbox = new Outbox(
    {
      group: {
        member: {
          epoch: 0n,
          encrypt: (data) => this.#sealed(data),
          encryptWhisper: (_, recipients, said) => {
            const to = recipients.map((one) => Buffer.from(one).toString("hex"));
            this.whispers.push({ to, said });
            return this.#sealed(new Uint8Array());
          },
        },
        enteredAfter: () => [],
      },
      deliveries: this.deliveries,
      whole: true,
      coverClass: undefined,
      fits: () => true,
      send: (frame) => this.frames.push(frame) > 0,
    },
    0n,
  );
  readonly speech = new Speech(this);

  get messages(): MessageEntry[] {
    return this.entries.list.value.filter((entry) => entry.kind === "message");
  }

  /** The newest message. */
  get last(): MessageEntry {
    const last = this.messages.at(-1);
    if (last === undefined) throw new Error("nothing was said");
    return last;
  }

  #sealed(data: Bytes): Promise<{ epoch: bigint; payload: Bytes }> {
    if (this.isBroken) return Promise.reject(new Error("no"));
    return Promise.resolve({ epoch: 0n, payload: data.slice() });
  }
}
