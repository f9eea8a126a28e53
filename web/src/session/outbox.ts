/**
 * Own messages on their way to the relay.
 *
 * Safety:
 * - Messages are accepted in the order in which they were written, each once. Ids count up from 1 within a session, the
 *   relay drops what it has accepted before, and what is sent again goes out as the same bytes under the same id.
 * - What is in flight was all encrypted in one epoch. Otherwise a message of an old epoch could be refused (Nack) while
 *   a later one is accepted; sent anew under its lower id, the relay would take it for a duplicate and it would be lost.
 * Liveness: whatever was neither accepted nor failed is sent again after every reconnection (`resume`, `restart`), and a
 * refused message goes out again, encrypted anew, as soon as everything in flight is answered.
 */
import type { Bytes, ClientFrame } from "../wire";
import type { Delivery } from "./types";

/** Messages that wait for an answer of the relay at once; bounds what has to be encrypted anew after a Nack. */
const MAX_IN_FLIGHT = 64;

/** One encrypted message. */
export interface Sealed {
  readonly epoch: bigint;
  readonly payload: Bytes;
}

/** What the outbox needs of the room. */
export interface OutboxRoom {
  readonly group: { readonly member: OutboxMember | undefined };
  readonly entries: { deliver(key: string, delivery: Delivery): void };
  /** True if there is a member, and a connection in which the room is resumed. */
  readonly whole: boolean;
  send(frame: ClientFrame): boolean;
}

/** What the outbox needs of a group member. */
export interface OutboxMember {
  readonly epoch: bigint;
  encrypt(data: Bytes): Promise<Sealed>;
}

interface Item {
  readonly key: string;
  readonly data: Bytes;
  /** Given when first sent; kept until accepted, within one session. */
  id: bigint | undefined;
}

interface Flying {
  readonly item: Item & { id: bigint };
  readonly sealed: Sealed;
  refused: boolean;
}

export class Outbox {
  readonly #room: OutboxRoom;
  #waiting: Item[] = [];
  #flying: Flying[] = [];
  #lastId: bigint;

  /** `lastId`: the last message id that the relay accepted in this session. */
  constructor(room: OutboxRoom, lastId: bigint) {
    this.#room = room;
    this.#lastId = lastId;
  }

  /** Takes over a message; `pump` sends it. */
  add(key: string, data: Bytes): void {
    this.#waiting.push({ key, data, id: undefined });
  }

  /** Sends what can be sent now. Never to be run twice at a time. */
  async pump(): Promise<void> {
    this.#takeBackRefused();
    while (this.#maySend()) {
      const item = this.#waiting[0];
      const { member } = this.#room.group;
      if (item === undefined || member === undefined) return;
      const sealed = await this.#seal(member, item);
      if (this.#waiting[0] !== item) return;
      this.#waiting.shift();
      if (sealed === undefined) continue;
      if (item.id === undefined) {
        this.#lastId += 1n;
        item.id = this.#lastId;
      }
      const flying = { item: { ...item, id: item.id }, sealed, refused: false };
      this.#flying.push(flying);
      this.#transmit(flying);
    }
  }

  /** Ack: the relay has it, in its place among all frames. */
  acked(id: bigint): void {
    const at = this.#flying.findIndex(({ item }) => item.id === id);
    if (at < 0) return;
    const [flying] = this.#flying.splice(at, 1);
    if (flying === undefined) return;
    flying.item.data.fill(0);
    this.#room.entries.deliver(flying.item.key, "sent");
  }

  /** Nack, stale epoch: it goes out anew once everything in flight is answered. */
  refused(id: bigint): void {
    const flying = this.#flying.find(({ item }) => item.id === id);
    if (flying !== undefined) flying.refused = true;
  }

  /** Nack for good: the person may send it again. */
  failed(id: bigint): void {
    const at = this.#flying.findIndex(({ item }) => item.id === id);
    if (at < 0) return;
    const [flying] = this.#flying.splice(at, 1);
    if (flying !== undefined) this.#fail(flying.item);
  }

  /** The same session on a new connection: sends again, as the same bytes, what was not accepted up to `lastAccepted`. */
  resume(lastAccepted: bigint): void {
    for (const { item } of [...this.#flying]) {
      if (item.id <= lastAccepted) this.acked(item.id);
    }
    for (const flying of this.#flying) {
      if (!flying.refused) this.#transmit(flying);
    }
  }

  /**
   * The group state was taken up anew (resync): what was not accepted is to be encrypted anew. A new session counts
   * from 1 again, `lastAccepted` is 0 then and ids are given anew.
   */
  restart(lastAccepted: bigint, newSession: boolean): void {
    if (!newSession) {
      for (const { item } of [...this.#flying]) {
        if (item.id <= lastAccepted) this.acked(item.id);
      }
    }
    this.#waiting = [...this.#flying.map(({ item }): Item => item), ...this.#waiting];
    this.#flying = [];
    if (!newSession) return;
    this.#lastId = lastAccepted;
    this.#waiting = this.#waiting.map((item) => ({ ...item, id: undefined }));
  }

  /** Forgets all messages. */
  wipe(): void {
    for (const { data } of [...this.#waiting, ...this.#flying.map(({ item }) => item)])
      data.fill(0);
    this.#waiting = [];
    this.#flying = [];
  }

  /** Encrypts a message; one that cannot be is failed. */
  async #seal(member: OutboxMember, item: Item): Promise<Sealed | undefined> {
    try {
      return await member.encrypt(item.data);
    } catch {
      this.#fail(item);
      return undefined;
    }
  }

  #transmit({ item: { id }, sealed: { epoch, payload } }: Flying): void {
    this.#room.send({ type: "Message", id, epoch, recipients: [], payload });
  }

  #fail({ key, data }: Item): void {
    data.fill(0);
    this.#room.entries.deliver(key, "failed");
  }

  #maySend(): boolean {
    if (!this.#room.whole || this.#flying.length >= MAX_IN_FLIGHT) return false;
    const first = this.#flying[0];
    if (first === undefined) return true;
    return (
      !this.#flying.some(({ refused }) => refused) &&
      first.sealed.epoch === this.#room.group.member?.epoch
    );
  }

  /** Once all that is in flight was refused, it waits again, before everything else and in its order. */
  #takeBackRefused(): void {
    if (this.#flying.length === 0 || this.#flying.some(({ refused }) => !refused)) return;
    this.#waiting = [...this.#flying.map(({ item }): Item => item), ...this.#waiting];
    this.#flying = [];
  }
}
