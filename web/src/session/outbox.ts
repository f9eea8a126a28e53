/**
 * Own messages on their way to the relay.
 *
 * Safety:
 * - Messages are accepted in the order in which they were written, each once: ids count up from 1 within a session without
 *   gaps, the relay takes the next one only, and what is sent again goes out as the same bytes under the same id.
 * - What is in flight was all encrypted in one epoch: when one is refused for its epoch, so is all that follows it, and
 *   nothing has to be encrypted anew that may still be accepted as it is.
 * - Those who came into the group just before a message, but after it was encrypted, get a copy, encrypted anew: a message is
 *   readable to everybody who was inside when the relay put it in its place.
 * - What passes by (section 9.4) never waits, is not sent again, and no copies are made of it.
 * - While cover traffic is on, one message goes out for each `tick`, and nothing in between.
 * Liveness: whatever was neither accepted nor failed is sent again after every reconnection (`resume`, `restart`), and what
 * was refused goes out again, encrypted anew, as soon as everything in flight is answered.
 */
import type { Said } from "../e2ee";
import type { Bytes, ClientFrame } from "../wire";

/** Messages that wait for an answer of the relay at once; bounds what has to be encrypted anew after a Nack. */
const MAX_IN_FLIGHT = 64;

/** One encrypted message. */
export interface Sealed {
  readonly epoch: bigint;
  readonly payload: Bytes;
}

/** What is to be encrypted: application data, or something to be whispered. */
export type Content = Bytes | { readonly said: Said; readonly recipients: readonly Bytes[] };

/** What the outbox needs of the room. */
export interface OutboxRoom {
  readonly group: {
    readonly member: OutboxMember | undefined;
    /** Numbers of those who came into the group after `epoch`, and so cannot read what was encrypted in it. */
    enteredAfter(epoch: bigint): readonly number[];
  };
  /** Hears what becomes of messages. */
  readonly deliveries: {
    /** The relay took it; `seq` is its place, if that is known. */
    sent(key: string, seq: bigint | undefined): void;
    /** A copy is made for newcomers; in the end the relay took it. */
    copying(key: string): void;
    copied(key: string, seq: bigint | undefined): void;
    /** It cannot be sent; if it is too large for the relay, not again either. */
    failed(key: string, why?: "too-large"): void;
  };
  /** True if there is a member, and a connection in which the room is resumed. */
  readonly whole: boolean;
  /** Whether the relay takes messages of this many encrypted bytes. */
  fits(payloadBytes: number): boolean;
  send(frame: ClientFrame): boolean;
  /** The least size class that messages are padded to; undefined while there is no cover traffic. */
  readonly coverClass: number | undefined;
}

/** What the outbox needs of a group member. */
export interface OutboxMember {
  readonly epoch: bigint;
  encrypt(data: Bytes, atLeast?: number): Promise<Sealed>;
  encryptWhisper(
    id: Bytes,
    recipients: readonly Bytes[],
    said: Said,
    atLeast?: number,
  ): Promise<Sealed>;
}

interface Item {
  /** Its place among all that was written. */
  readonly order: number;
  /** The line that shows it, if one does. */
  readonly key: string | undefined;
  /** It passes by. */
  readonly isPassing: boolean;
  /** A copy for somebody who came in at the same moment. */
  readonly isCopy: boolean;
  readonly content: Content;
  /** Member numbers; empty for everyone, the newcomers' for a copy. */
  readonly recipients: readonly number[];
}

interface Flying {
  readonly item: Item;
  readonly id: bigint;
  readonly sealed: Sealed;
  refused: boolean;
}

export class Outbox {
  readonly #room: OutboxRoom;
  #waiting: Item[] = [];
  #written = 0;
  #flying: Flying[] = [];
  /** What passes by and waits for the next tick of cover traffic. */
  #passing: Bytes | undefined;
  /** While cover traffic is on: how many messages may go out now. */
  #allowance = 0;
  /** The last id that the relay accepted in this session. */
  #accepted: bigint;
  /** The epoch that the room had reached when this tab came back to it. */
  #notBefore = 0n;

  /** `lastId`: the last message id that the relay accepted in this session. */
  constructor(room: OutboxRoom, lastId: bigint) {
    this.#room = room;
    this.#accepted = lastId;
  }

  /** Takes over a message; `pump` sends it. `key`: the line that shows how far it came. */
  add(key: string | undefined, content: Content): void {
    this.#wait([this.#item(key, content, false)]);
  }

  /** Takes over what passes by: it goes out now, or at the next tick of cover traffic, or not at all. `pump` sends it. */
  pass(data: Bytes): void {
    this.#passing = data;
  }

  /** The time for one message has come: the next that waits, what passes by, or else `cover`. */
  async tick(cover: Bytes): Promise<void> {
    this.#allowance = 1;
    await this.pump();
    if (this.#allowance > 0) await this.#pass(cover);
    this.#allowance = 0;
  }

  /** Sends what can be sent now. Never to be run twice at a time. */
  async pump(): Promise<void> {
    this.#takeBackRefused();
    while (this.#maySend()) {
      const item = this.#waiting[0];
      const { member } = this.#room.group;
      // What passes by goes out after all that waits.
      if (item === undefined || member === undefined) break;
      const sealed = await this.#seal(member, item);
      if (this.#waiting[0] !== item) return;
      this.#waiting.shift();
      if (sealed === undefined) continue;
      const id = (this.#flying.at(-1)?.id ?? this.#accepted) + 1n;
      const flying = { item, id, sealed, refused: false };
      this.#flying.push(flying);
      this.#allowance -= 1;
      this.#transmit(flying);
    }
    const passing = this.#passing;
    if (passing === undefined || (this.#isPaced() && this.#allowance <= 0)) return;
    this.#passing = undefined;
    await this.#pass(passing);
  }

  /**
   * Ack: the relay has it, in its place among all frames. `pump` sees to whoever could not read it there. `seq` is undefined
   * if the Ack itself is lost: nobody knows then who came in before the message and who after it, so there are no copies.
   */
  acked(id: bigint, seq: bigint | undefined): void {
    const flying = this.#land(id);
    if (flying === undefined) return;
    if (id > this.#accepted) this.#accepted = id;
    const { item, sealed } = flying;
    if (item.isPassing) return;
    if (item.key !== undefined) {
      if (item.isCopy) this.#room.deliveries.copied(item.key, seq);
      else this.#room.deliveries.sent(item.key, seq);
    }
    const late = this.#room.group
      .enteredAfter(sealed.epoch)
      .filter((number) => item.recipients.length === 0 || item.recipients.includes(number));
    if (seq !== undefined && late.length > 0) this.#copy(item, late);
    wipe(item);
  }

  /** Nack: it goes out anew once everything in flight is answered. */
  refused(id: bigint): void {
    const flying = this.#flying.find((other) => other.id === id);
    if (flying !== undefined) flying.refused = true;
  }

  /**
   * The same session on a new connection, in a room that has come to `epoch`, and no frame was missed: the Acks of what
   * was accepted up to `lastAccepted` come again in their places, and what was not is sent again as the same bytes. If the
   * room has moved on, it waits instead until this tab has caught up and is encrypted anew, so that whoever has joined in
   * the meantime can read it.
   */
  resume(lastAccepted: bigint, epoch: bigint): void {
    this.#notBefore = epoch;
    const open = this.#dropPassing(lastAccepted);
    if (open.some(({ sealed, refused }) => refused || sealed.epoch !== epoch)) this.#takeBack(open);
    else for (const flying of open) this.#transmit(flying);
  }

  /**
   * The group state was taken up anew (resync): what was not accepted is to be encrypted anew. In a new session nothing
   * was accepted yet, and ids count from 1 again.
   */
  restart(lastAccepted: bigint, isNewSession: boolean): void {
    if (!isNewSession) this.#ackUpTo(lastAccepted);
    this.#takeBack(this.#flying);
    this.#accepted = lastAccepted;
    this.#notBefore = 0n;
  }

  /** Forgets all messages. */
  wipe(): void {
    for (const item of [...this.#waiting, ...this.#flying.map(({ item }) => item)]) wipe(item);
    this.#passing = undefined;
    this.#waiting = [];
    this.#flying = [];
  }

  /** A copy for newcomers, with data of its own. */
  #copy(item: Item, recipients: readonly number[]): void {
    if (item.key !== undefined) this.#room.deliveries.copying(item.key);
    const content = item.content instanceof Uint8Array ? item.content.slice() : item.content;
    this.#wait([{ ...item, isCopy: true, content, recipients }]);
  }

  #item(key: string | undefined, content: Content, isPassing: boolean): Item {
    this.#written += 1;
    const order = this.#written;
    return { order, key, isPassing, isCopy: false, content, recipients: [] };
  }

  /** Sends what passes by, if nothing stands in its way; else it is over. */
  async #pass(data: Bytes): Promise<void> {
    const { member } = this.#room.group;
    if (member === undefined || this.#waiting.length > 0 || !this.#maySend()) return;
    const item = this.#item(undefined, data, true);
    const sealed = await this.#seal(member, item);
    if (sealed === undefined || !this.#maySend()) return;
    const id = (this.#flying.at(-1)?.id ?? this.#accepted) + 1n;
    const flying = { item, id, sealed, refused: false };
    this.#flying.push(flying);
    this.#allowance -= 1;
    this.#transmit(flying);
  }

  /**
   * The connection was lost: what passed by and was not accepted is over, and those behind it move up. What is left to be
   * accepted.
   */
  #dropPassing(lastAccepted: bigint): Flying[] {
    const kept = this.#flying.filter(({ id, item }) => id <= lastAccepted || !item.isPassing);
    let next = lastAccepted;
    this.#flying = kept.map((flying) => {
      if (flying.id <= lastAccepted) return flying;
      next += 1n;
      return { ...flying, id: next };
    });
    return this.#flying.filter(({ id }) => id > lastAccepted);
  }

  #isPaced(): boolean {
    return this.#room.coverClass !== undefined;
  }

  /** Encrypts a message; one that cannot be, or that the relay would not take, is failed. */
  async #seal(member: OutboxMember, item: Item): Promise<Sealed | undefined> {
    try {
      const sealed = await this.#encrypt(member, item.content);
      if (this.#room.fits(sealed.payload.length)) return sealed;
      this.#giveUp(item, "too-large");
    } catch {
      this.#giveUp(item);
    }
    return undefined;
  }

  #encrypt(member: OutboxMember, content: Content): Promise<Sealed> {
    const atLeast = this.#room.coverClass;
    if (content instanceof Uint8Array) return member.encrypt(content, atLeast);
    return member.encryptWhisper(content.said.id, content.recipients, content.said, atLeast);
  }

  /** It does not go out. Of a message whose copy does not, nothing can be said any more. */
  #giveUp(item: Item, why?: "too-large"): void {
    const { key, isCopy } = item;
    wipe(item);
    if (key === undefined) return;
    if (isCopy) this.#room.deliveries.copied(key, undefined);
    else this.#room.deliveries.failed(key, why);
  }

  #transmit({ id, item: { recipients }, sealed: { epoch, payload } }: Flying): void {
    this.#room.send({ type: "Message", id, epoch, recipients, payload });
  }

  #maySend(): boolean {
    const epoch = this.#room.group.member?.epoch ?? -1n;
    if (!this.#room.whole || epoch < this.#notBefore) return false;
    if (this.#flying.length >= MAX_IN_FLIGHT) return false;
    if (this.#isPaced() && this.#allowance <= 0) return false;
    return this.#flying.every(({ sealed, refused }) => !refused && sealed.epoch === epoch);
  }

  /** Takes a message that is answered out of the air. */
  #land(id: bigint): Flying | undefined {
    const flying = this.#flying.find((other) => other.id === id);
    this.#flying = this.#flying.filter((other) => other !== flying);
    return flying;
  }

  #ackUpTo(lastAccepted: bigint): void {
    for (const { id } of [...this.#flying]) {
      if (id <= lastAccepted) this.acked(id, undefined);
    }
  }

  /** Once all that is in flight was refused, it waits again. */
  #takeBackRefused(): void {
    if (this.#flying.every(({ refused }) => refused)) this.#takeBack(this.#flying);
  }

  /** What is in flight waits again. */
  #takeBack(flying: readonly Flying[]): void {
    this.#flying = this.#flying.filter((other) => !flying.includes(other));
    this.#wait(flying.map(({ item }) => item).filter(({ isPassing }) => !isPassing));
  }

  /** Queues messages in the order in which they were written. */
  #wait(items: readonly Item[]): void {
    this.#waiting = [...this.#waiting, ...items].sort((a, b) => a.order - b.order);
  }
}

/** Forgets what an item says, as far as a script can. */
function wipe({ content }: Item): void {
  if (content instanceof Uint8Array) content.fill(0);
}
