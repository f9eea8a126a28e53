/** The outbox against a model of the relay's rules (docs/PROTOCOL.md, section 5.3), with random losses. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Deliveries } from "../../src/session/deliveries";
import { Outbox, type OutboxRoom } from "../../src/session/outbox";
import type { Delivery } from "../../src/session/types";
import type { Bytes, ClientFrame } from "../../src/wire";

type MessageFrame = Extract<ClientFrame, { readonly type: "Message" }>;
/** What the relay sends down: answers, and commits by which somebody came in, in the room's order; and who has what. */
type Down =
  | {
      readonly is: "ack";
      readonly id: bigint;
      readonly seq: bigint;
      readonly session: number;
      readonly body: string;
    }
  | { readonly is: "nack"; readonly id: bigint }
  | { readonly is: "told"; readonly seq: bigint }
  | { readonly is: "commit"; readonly epoch: bigint };

/** What the relay took: who could read it, and who was in the group then. Newcomers bear the epoch they made. */
interface Taken {
  readonly body: string;
  readonly session: number;
  readonly isCopy: boolean;
  readonly readers: readonly number[];
  readonly present: readonly number[];
}

/** What passes by. */
const PASSING = "passing";
const bytes = (text: string) => new TextEncoder().encode(text) as Bytes;
const text = (data: Uint8Array) => new TextDecoder().decode(data);
/** The body of the message whose line is `key`: in the histories they bear one number. */
const bodyOf = (key: string) => key.replace("key", "text");

/**
 * A relay for one tab, and the room around its outbox. Every commit of others brings somebody in; when they leave, the relay
 * knows at once, and no commit removes them. After a gap, and in a new session, the tab enters by a commit of its own.
 */
class World implements OutboxRoom {
  readonly taken: Taken[] = [];
  readonly gone = new Set<number>();
  readonly states = new Map<string, Delivery>();
  /** Bodies of which the tab cannot know whether everyone has them, since their place or their session is lost. */
  readonly unsure = new Set<string>();
  /** Messages that were called everyone's while somebody who was there and is here lacked them. */
  readonly lies: string[] = [];
  readonly group = {
    member: {
      epoch: 0n,
      encrypt: (data: Bytes) => this.#encrypt(data),
      encryptWhisper: () => Promise.reject(new Error("nobody whispers here")),
    },
    enteredAfter: (epoch: bigint): number[] =>
      this.#cameIn(this.group.member.epoch).filter(
        (number) => number > epoch && number > this.#since,
      ),
  };
  readonly deliveries = new Deliveries(
    {
      deliver: (keys, delivery) => {
        for (const key of keys) {
          this.states.set(key, delivery);
          if (delivery === "everyone" && this.lacking(bodyOf(key)).length > 0) this.lies.push(key);
        }
      },
    },
    () => true,
  );
  whole = true;
  coverClass: number | undefined;
  /** The largest encrypted message that the relay takes, in bytes. */
  most = 1_000;
  readonly outbox = new Outbox(this, 0n);
  /** The relay's epoch; the member follows later. */
  #epoch = 0n;
  #lastId = 0n;
  /** How many sessions there were before this one. */
  #session = 0;
  /** Epochs that the tab's own commits made, and the last of them: whom it does not know to have come in after that. */
  readonly #own = new Set<number>();
  #since = 0;
  #log: Down[] = [];
  /** How much of the log the tab has dealt with. */
  #seen = 0;
  #up: MessageFrame[] = [];
  #down: Down[] = [];

  /** Bodies in the order in which the relay took them, copies left out. */
  get bodies(): string[] {
    return [...new Set(this.taken.map(({ body }) => body))].filter((body) => body !== PASSING);
  }

  /** Who was in the group when the relay took a message, is here, and cannot read it. */
  lacking(body: string): number[] {
    const all = this.taken.filter((taken) => taken.body === body);
    const readers = new Set(all.flatMap((taken) => taken.readers));
    const present = all.findLast(({ isCopy }) => !isCopy)?.present;
    return (present ?? []).filter((who) => !readers.has(who) && !this.gone.has(who));
  }

  fits(payloadBytes: number): boolean {
    return payloadBytes <= this.most;
  }

  send(frame: ClientFrame): boolean {
    if (!this.whole || frame.type !== "Message") return false;
    this.#up.push(frame);
    return true;
  }

  commit(): void {
    this.#epoch += 1n;
    this.#order({ is: "commit", epoch: this.#epoch });
  }

  /** The newest of those who came in and are here leaves. */
  leave(): void {
    const newest = this.#cameIn(this.#epoch).findLast((who) => !this.gone.has(who));
    if (newest !== undefined) this.gone.add(newest);
  }

  /** Everyone has reported all that was relayed so far. */
  tell(): void {
    if (this.whole) this.#down.push({ is: "told", seq: BigInt(this.#log.length) });
  }

  /** The relay deals with one frame. */
  relayOne(): void {
    const frame = this.#up.shift();
    if (frame === undefined) return;
    const { id, epoch, recipients, payload } = frame;
    if (id <= this.#lastId) {
      const known = this.#log.find(
        (entry) => entry.is === "ack" && entry.id === id && entry.session === this.#session,
      );
      if (known !== undefined) this.#down.push(known);
    } else if (id > this.#lastId + 1n || epoch + 2n < this.#epoch) {
      this.#down.push({ is: "nack", id });
    } else {
      this.#lastId = id;
      const isHere = (number: number) => !this.gone.has(number);
      const readers = this.#cameIn(epoch)
        .filter((number) => recipients.length === 0 || recipients.includes(number))
        .filter(isHere);
      const present = this.#cameIn(this.#epoch).filter(isHere);
      const body = text(payload);
      const session = this.#session;
      this.taken.push({ body, session, isCopy: recipients.length > 0, readers, present });
      this.#order({ is: "ack", id, seq: BigInt(this.#log.length + 1), session, body });
    }
  }

  /** The tab deals with one frame. */
  async takeOne(): Promise<void> {
    const down = this.#down.shift();
    if (down === undefined) return;
    if (down.is === "ack") this.outbox.acked(down.id, down.seq);
    else if (down.is === "nack") this.outbox.refused(down.id);
    else if (down.is === "told") this.deliveries.told(down.seq, "everyone");
    else if (down.is === "commit") this.group.member.epoch = down.epoch;
    this.#seen = Math.max(this.#seen, this.#log.indexOf(down) + 1);
    await this.outbox.pump();
  }

  lose(): void {
    this.whole = false;
    this.#up = [];
    this.#down = [];
  }

  async comeBack(): Promise<void> {
    if (this.whole) return;
    this.whole = true;
    this.#down = this.#log.slice(this.#seen);
    this.outbox.resume(this.#lastId, this.#epoch);
    await this.outbox.pump();
  }

  /** The tab missed frames, or its session as well, and enters the group anew. */
  async enterAnew(isNewSession: boolean): Promise<void> {
    this.lose();
    if (isNewSession) {
      this.deliveries.forget();
      for (const [key, state] of this.states) if (state === "sent") this.unsure.add(bodyOf(key));
      this.#session += 1;
      this.#lastId = 0n;
    } else {
      for (const entry of this.#log.slice(this.#seen))
        if (entry.is === "ack") this.unsure.add(entry.body);
    }
    this.#epoch += 1n;
    this.#since = Number(this.#epoch);
    this.#own.add(this.#since);
    this.#order({ is: "commit", epoch: this.#epoch });
    this.#seen = this.#log.length;
    this.group.member.epoch = this.#epoch;
    this.whole = true;
    this.outbox.restart(this.#lastId, isNewSession);
    await this.outbox.pump();
  }

  /** Nothing is lost any more: until all is quiet. */
  async settle(): Promise<void> {
    await this.comeBack();
    while (this.#up.length + this.#down.length > 0) {
      this.relayOne();
      await this.takeOne();
    }
  }

  /** All who have come in by that epoch. */
  #cameIn(epoch: bigint): number[] {
    const all = Array.from({ length: Number(epoch) }, (_, i) => i + 1);
    return all.filter((number) => !this.#own.has(number));
  }

  #order(entry: Down): void {
    this.#log.push(entry);
    if (this.whole) this.#down.push(entry);
  }

  async #encrypt(data: Bytes) {
    // A copy: the outbox wipes what is delivered.
    return { epoch: this.group.member.epoch, payload: data.slice() };
  }
}

const happenings = fc.array(
  fc.constantFrom(
    ...[
      "write",
      "write",
      "pass",
      "relay",
      "relay",
      "take",
      "take",
      "take",
      "commit",
      "commit",
      "leave",
      "tell",
      "lose",
      "back",
      "gap",
      "session",
    ],
  ),
  { maxLength: 200, size: "max" },
);

/** Plays what happens, then lets everything come to rest; how many texts were written. */
async function play(world: World, events: readonly string[]): Promise<number> {
  let written = 0;
  for (const what of events) {
    if (what === "write") {
      world.outbox.add(`key ${written}`, bytes(`text ${written}`));
      written += 1;
      await world.outbox.pump();
    } else if (what === "pass") {
      world.outbox.pass(bytes(PASSING));
      await world.outbox.pump();
    } else if (what === "relay") world.relayOne();
    else if (what === "take") await world.takeOne();
    else if (what === "commit") world.commit();
    else if (what === "leave") world.leave();
    else if (what === "tell") world.tell();
    else if (what === "lose") world.lose();
    else if (what === "gap") await world.enterAnew(false);
    else if (what === "session") await world.enterAnew(true);
    else await world.comeBack();
  }
  await world.settle();
  return written;
}

describe("the outbox", { timeout: 60_000 }, () => {
  it("loses nothing, doubles nothing and keeps the order, whatever happens", async () => {
    await fc.assert(
      fc.asyncProperty(happenings, async (events) => {
        const world = new World();
        const written = await play(world, events);
        expect(world.bodies).toEqual(Array.from({ length: written }, (_, i) => `text ${i}`));
        for (const body of world.bodies) {
          const first = world.taken.filter((taken) => taken.body === body && !taken.isCopy);
          expect(new Set(first.map(({ session }) => session)).size).toBe(first.length);
        }
        const taken: (Delivery | undefined)[] = ["sent", "everyone"];
        for (let i = 0; i < written; i += 1) expect(taken).toContain(world.states.get(`key ${i}`));
      }),
      { numRuns: 500 },
    );
  });

  it("lets everybody read a message once who was inside when the relay took it and has not left, and nobody who came later, however often the connection broke", async () => {
    await fc.assert(
      fc.asyncProperty(happenings, async (events) => {
        const world = new World();
        await play(world, events);
        for (const body of world.bodies) {
          const all = world.taken.filter((taken) => taken.body === body);
          if (!world.unsure.has(body)) expect(world.lacking(body)).toEqual([]);
          for (const session of new Set(all.map((taken) => taken.session))) {
            const inSession = all.filter((taken) => taken.session === session);
            const readers = inSession.flatMap((taken) => taken.readers);
            expect(readers.length).toBe(new Set(readers).size);
          }
          for (const [i, { isCopy, readers }] of all.entries()) {
            const original = all.slice(0, i).findLast((taken) => !taken.isCopy);
            if (isCopy) expect(original?.present).toEqual(expect.arrayContaining([...readers]));
          }
        }
      }),
      { numRuns: 500 },
    );
  });

  it("calls no message everyone's that somebody here lacks, and in the end calls all so", async () => {
    await fc.assert(
      fc.asyncProperty(happenings, async (events) => {
        const world = new World();
        await play(world, events);
        world.tell();
        await world.settle();
        expect(world.lies).toEqual([]);
        const others = [...world.states].filter(([, state]) => state !== "everyone");
        expect(others.filter(([key]) => !world.unsure.has(bodyOf(key)))).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });

  it("serves a newcomer whose companion has left", async () => {
    const world = new World();
    world.outbox.add("key", bytes("text"));
    await world.outbox.pump();
    world.commit();
    world.commit();
    world.relayOne();
    for (let i = 0; i < 3; i += 1) await world.takeOne();
    // The copy for both is on its way.
    world.leave();
    await world.settle();
    expect(world.taken.map(({ readers }) => readers)).toEqual([[], [1]]);
  });

  it("encrypts nothing anew for the sake of a newcomer who has left", async () => {
    const world = new World();
    const many = 50;
    for (let i = 0; i < many; i += 1) world.outbox.add(`key ${i}`, bytes(`text ${i}`));
    await world.outbox.pump();
    world.commit();
    for (let i = 0; i < many; i += 1) world.relayOne();
    world.leave();
    let encrypted = 0;
    const { encrypt } = world.group.member;
    world.group.member.encrypt = (data) => {
      encrypted += 1;
      return encrypt(data);
    };
    world.outbox.add(`key ${many}`, bytes(`text ${many}`));
    await world.settle();
    expect(world.bodies.length).toBe(many + 1);
    expect(encrypted).toBe(many + 1);
    world.tell();
    await world.settle();
    expect([...world.states.values()].filter((state) => state !== "everyone")).toEqual([]);
  });

  it("tells when a message is too large for the relay, and goes on with the next", async () => {
    const world = new World();
    world.most = 4;
    for (const key of ["large", "fits"]) world.outbox.add(key, bytes(key));
    await world.outbox.pump();
    await world.settle();
    expect(world.bodies).toEqual(["fits"]);
    expect(world.states.get("large")).toBe("too-large");
  });

  it("sends the same bytes again while the room has not moved on", async () => {
    const world = new World();
    let encrypted = 0;
    const { encrypt } = world.group.member;
    world.group.member.encrypt = (data) => {
      encrypted += 1;
      return encrypt(data);
    };
    world.outbox.add("a", bytes("a"));
    await world.outbox.pump();
    for (let i = 0; i < 300; i += 1) {
      world.lose();
      await world.comeBack();
    }
    await world.settle();
    expect(world.bodies).toEqual(["a"]);
    expect(encrypted).toBe(1);
  });

  it("counts from 1 again in a new session, and sends what was on its way again", async () => {
    const world = new World();
    for (const key of ["a", "b"]) world.outbox.add(key, bytes(key));
    await world.outbox.pump();
    world.relayOne();
    await world.takeOne();
    world.lose();
    const sent: bigint[] = [];
    world.whole = true;
    world.send = (frame) => {
      if (frame.type === "Message") sent.push(frame.id);
      return true;
    };
    world.outbox.restart(0n, true);
    world.outbox.add("c", bytes("c"));
    await world.outbox.pump();
    expect(sent).toEqual([1n, 2n]);
    expect(world.states).toEqual(new Map([["a", "sent"]]));
  });

  it("tells when a message cannot be encrypted, and goes on with the next", async () => {
    const world = new World();
    const { encrypt } = world.group.member;
    world.group.member.encrypt = (data) =>
      text(data) === "bad" ? Promise.reject(new Error("no")) : encrypt(data);
    for (const key of ["bad", "good"]) world.outbox.add(key, bytes(key));
    await world.outbox.pump();
    await world.settle();
    expect(world.bodies).toEqual(["good"]);
    expect(world.states.get("bad")).toBe("failed");
  });

  it("sends a copy to whoever came in between its encryption and its place", async () => {
    const world = new World();
    const sent: { epoch: bigint; recipients: readonly number[]; body: string }[] = [];
    const send = world.send.bind(world);
    world.send = (frame) => {
      if (frame.type === "Message") {
        sent.push({ epoch: frame.epoch, recipients: frame.recipients, body: text(frame.payload) });
      }
      return send(frame);
    };
    world.outbox.add("a", bytes("a"));
    await world.outbox.pump();
    world.commit();
    await world.settle();
    expect(sent).toEqual([
      { epoch: 0n, recipients: [], body: "a" },
      { epoch: 1n, recipients: [1], body: "a" },
    ]);
    expect(world.states).toEqual(new Map([["a", "sent"]]));
  });

  it("overwrites what was delivered and what is wiped", async () => {
    const world = new World();
    const [a, b] = [bytes("a"), bytes("b")];
    world.outbox.add("a", a);
    await world.outbox.pump();
    await world.settle();
    world.outbox.add("b", b);
    world.outbox.wipe();
    expect([...a, ...b]).toEqual([0, 0]);
  });
});
