/** The outbox against a model of the relay's rules (docs/PROTOCOL.md, section 5.3), with random losses. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Outbox, type OutboxRoom } from "../../src/session/outbox";
import type { Delivery } from "../../src/session/types";
import type { Bytes, ClientFrame } from "../../src/wire";

type MessageFrame = Extract<ClientFrame, { readonly type: "Message" }>;
type Answer = { readonly id: bigint; readonly is: "ack" | "nack" };

const bytes = (text: string) => new TextEncoder().encode(text) as Bytes;
const text = (data: Uint8Array) => new TextDecoder().decode(data);

/** A relay for one session, and the room around its outbox. */
class World implements OutboxRoom {
  /** Bodies in the order in which the relay took them, with the epoch of their encryption. */
  readonly taken: string[] = [];
  readonly deliveries = new Map<string, Delivery>();
  readonly group = {
    member: { epoch: 0n, encrypt: (data: Bytes) => this.#encrypt(data) },
    enteredAfter: (_epoch: bigint): number[] => [],
  };
  readonly entries = {
    deliver: (key: string, delivery: Delivery) => void this.deliveries.set(key, delivery),
  };
  whole = true;
  readonly outbox = new Outbox(this, 0n);
  /** The relay's epoch; the member follows later. */
  epoch = 0n;
  #lastId = 0n;
  #up: MessageFrame[] = [];
  #down: Answer[] = [];

  send(frame: ClientFrame): boolean {
    if (!this.whole || frame.type !== "Message") return false;
    this.#up.push(frame);
    return true;
  }

  /** The relay deals with one frame. */
  relayOne(): void {
    const frame = this.#up.shift();
    if (frame === undefined) return;
    const { id } = frame;
    if (id <= this.#lastId) {
      this.#down.push({ id, is: "ack" });
    } else if (id > this.#lastId + 1n || frame.epoch + 2n < this.epoch) {
      this.#down.push({ id, is: "nack" });
    } else {
      this.#lastId = id;
      this.taken.push(text(frame.payload));
      this.#down.push({ id, is: "ack" });
    }
  }

  /** The tab deals with one answer. */
  async answerOne(): Promise<void> {
    const answer = this.#down.shift();
    if (answer === undefined) return;
    if (answer.is === "ack") this.outbox.acked(answer.id);
    else this.outbox.refused(answer.id);
    await this.outbox.pump();
  }

  async followOne(): Promise<void> {
    if (this.group.member.epoch < this.epoch) this.group.member.epoch += 1n;
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
    this.outbox.resume(this.#lastId, this.epoch);
    await this.outbox.pump();
  }

  /** Nothing is lost any more: until all is quiet. */
  async settle(): Promise<void> {
    await this.comeBack();
    while (this.#up.length + this.#down.length > 0 || this.group.member.epoch < this.epoch) {
      this.relayOne();
      await this.answerOne();
      await this.followOne();
    }
  }

  async #encrypt(data: Bytes) {
    // A copy: the outbox wipes what is delivered.
    return { epoch: this.group.member.epoch, payload: data.slice() };
  }
}

describe("the outbox", () => {
  it("loses nothing, doubles nothing and keeps the order, whatever happens", async () => {
    const event = fc.constantFrom(
      "write",
      "write",
      "relay",
      "relay",
      "answer",
      "answer",
      "commit",
      "follow",
      "lose",
      "back",
    );
    await fc.assert(
      fc.asyncProperty(fc.array(event, { maxLength: 200, size: "max" }), async (events) => {
        const world = new World();
        let written = 0;
        for (const what of events) {
          if (what === "write") {
            world.outbox.add(`key ${written}`, bytes(`text ${written}`));
            written += 1;
            await world.outbox.pump();
          } else if (what === "relay") world.relayOne();
          else if (what === "answer") await world.answerOne();
          else if (what === "commit") world.epoch += 1n;
          else if (what === "follow") await world.followOne();
          else if (what === "lose") world.lose();
          else await world.comeBack();
        }
        await world.settle();
        expect(world.taken).toEqual(Array.from({ length: written }, (_, i) => `text ${i}`));
        for (let i = 0; i < written; i += 1) expect(world.deliveries.get(`key ${i}`)).toBe("sent");
      }),
      { numRuns: 500 },
    );
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
    expect(world.taken).toEqual(["a"]);
    expect(encrypted).toBe(1);
  });

  it("counts from 1 again in a new session, and sends what was on its way again", async () => {
    const world = new World();
    for (const key of ["a", "b"]) world.outbox.add(key, bytes(key));
    await world.outbox.pump();
    world.relayOne();
    await world.answerOne();
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
    expect(world.deliveries).toEqual(new Map([["a", "sent"]]));
  });

  it("tells when a message cannot be encrypted, and goes on with the next", async () => {
    const world = new World();
    const { encrypt } = world.group.member;
    world.group.member.encrypt = (data) =>
      text(data) === "bad" ? Promise.reject(new Error("no")) : encrypt(data);
    for (const key of ["bad", "good"]) world.outbox.add(key, bytes(key));
    await world.outbox.pump();
    await world.settle();
    expect(world.taken).toEqual(["good"]);
    expect(world.deliveries.get("bad")).toBe("failed");
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
    world.group.enteredAfter = (epoch) =>
      epoch < 1n && world.group.member.epoch >= 1n ? [7, 8] : [];
    world.outbox.add("a", bytes("a"));
    await world.outbox.pump();
    world.epoch = 1n;
    await world.followOne();
    await world.settle();
    expect(sent).toEqual([
      { epoch: 0n, recipients: [], body: "a" },
      { epoch: 1n, recipients: [7, 8], body: "a" },
    ]);
    expect(world.deliveries).toEqual(new Map([["a", "sent"]]));
  });

  it("goes on after a message that failed for good, whose id is free again", async () => {
    const world = new World();
    for (const key of ["a", "b", "c"]) world.outbox.add(key, bytes(key));
    await world.outbox.pump();
    world.lose();
    world.whole = true;
    world.outbox.failed(1n);
    world.outbox.refused(2n);
    world.outbox.refused(3n);
    await world.outbox.pump();
    await world.settle();
    expect(world.taken).toEqual(["b", "c"]);
    expect(world.deliveries.get("a")).toBe("failed");
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
