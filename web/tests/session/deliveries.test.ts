/** How far own messages came, as the relay tells it; and what this tab reports of others' messages. */
import { describe, expect, it } from "vitest";
import { Deliveries } from "../../src/session/deliveries";
import { MAX_ENTRIES } from "../../src/session/entries";
import { Receipts } from "../../src/session/receipts";
import type { Delivery } from "../../src/session/types";
import { ManualClock } from "./support/manual-clock";

function world() {
  const states: Record<string, Delivery> = {};
  const room = { alone: false };
  const deliver = (keys: ReadonlySet<string>, delivery: Delivery) => {
    for (const key of keys) states[key] = delivery;
  };
  const deliveries = new Deliveries({ deliver }, () => !room.alone);
  return { states, room, deliveries };
}

describe("deliveries", () => {
  it("follow what the relay tells, in the room's order", () => {
    const { states, deliveries } = world();
    deliveries.sent("a", 3n);
    deliveries.sent("b", 7n);
    deliveries.sent("c", 9n);
    deliveries.told(2n, "everyone");
    expect(states).toEqual({ a: "sent", b: "sent", c: "sent" });
    deliveries.told(5n, "everyone");
    expect(states).toEqual({ a: "everyone", b: "sent", c: "sent" });
    deliveries.told(7n, "missed");
    deliveries.told(20n, "everyone");
    expect(states).toEqual({ a: "everyone", b: "missed", c: "everyone" });
  });

  it("keep what was told once, whatever is told again", () => {
    const { states, deliveries } = world();
    deliveries.sent("a", 3n);
    deliveries.told(3n, "everyone");
    deliveries.sent("b", 5n);
    deliveries.told(4n, "missed");
    expect(states).toEqual({ a: "everyone", b: "sent" });
    deliveries.told(5n, "everyone");
    expect(states).toEqual({ a: "everyone", b: "everyone" });
  });

  it("call a message everyone's only once its copies for newcomers are", () => {
    const { states, deliveries } = world();
    deliveries.sent("a", 3n);
    deliveries.copying("a");
    deliveries.told(3n, "everyone");
    expect(states).toEqual({ a: "sent" });
    deliveries.copied("a", 4n);
    deliveries.told(4n, "everyone");
    expect(states).toEqual({ a: "everyone" });
  });

  it("say no more than sent of a message whose place is lost, or whose session is forgotten", () => {
    const { states, deliveries } = world();
    deliveries.sent("a", undefined);
    deliveries.sent("b", 3n);
    deliveries.forget();
    deliveries.told(9n, "everyone");
    expect(states).toEqual({ a: "sent", b: "sent" });
  });

  it("remember no more than a page keeps lines, if somebody never reports", () => {
    const { states, deliveries } = world();
    for (let i = 1; i <= 3 * MAX_ENTRIES; i += 1) deliveries.sent(`${i}`, BigInt(i));
    deliveries.told(BigInt(3 * MAX_ENTRIES), "everyone");
    const all = Object.entries(states).filter(([, state]) => state === "everyone");
    expect(all.map(([key]) => Number(key))).toEqual(
      Array.from({ length: MAX_ENTRIES }, (_, i) => 2 * MAX_ENTRIES + 1 + i),
    );
  });

  it("never call everyone's what was sent before the relay forgot", () => {
    const { states, deliveries } = world();
    deliveries.sent("a", 5n);
    deliveries.forget();
    deliveries.sent("b", 50n);
    deliveries.told(50n, "everyone");
    expect(states).toEqual({ a: "sent", b: "everyone" });
  });

  it("say no more than sent where nobody else is", () => {
    const { states, room, deliveries } = world();
    room.alone = true;
    deliveries.sent("a", 1n);
    deliveries.told(1n, "everyone");
    deliveries.sent("b", 2n);
    // Who comes in now has neither.
    room.alone = false;
    deliveries.told(2n, "everyone");
    expect(states).toEqual({ a: "sent", b: "sent" });
    deliveries.sent("c", 3n);
    room.alone = true;
    deliveries.told(3n, "everyone");
    expect(states).toEqual({ a: "sent", b: "sent", c: "sent" });
  });
});

describe("receipts", () => {
  function reports() {
    const clock = new ManualClock();
    const times: number[] = [];
    const start = clock.monotonic();
    const receipts = new Receipts(clock, () => times.push(clock.monotonic() - start));
    return { clock, times, receipts };
  }

  it("report a burst once, when it is over", () => {
    const { clock, times, receipts } = reports();
    for (let i = 0; i < 10; i += 1) {
      receipts.add();
      clock.pass(20);
    }
    clock.pass(10_000);
    expect(times).toEqual([9 * 20 + 150]);
  });

  it("report a stream that never pauses every two seconds", () => {
    const { clock, times, receipts } = reports();
    for (let i = 0; i < 60; i += 1) {
      receipts.add();
      clock.pass(100);
    }
    expect(times).toEqual([2_000, 4_000, 6_000]);
  });

  it("report at once when they are overdue, as in a hidden tab whose timers are held back", () => {
    const times: number[] = [];
    let now = 0;
    const held = { monotonic: () => now, wall: () => now, after: () => () => {} };
    const receipts = new Receipts(held, () => times.push(now));
    for (now = 0; now <= 5_000; now += 500) receipts.add();
    expect(times).toEqual([2_000, 4_500]);
  });

  it("report nothing once stopped, and start anew with the next message", () => {
    const { clock, times, receipts } = reports();
    receipts.add();
    receipts.stop();
    clock.pass(10_000);
    expect(times).toEqual([]);
    receipts.add();
    clock.pass(10_000);
    expect(times).toEqual([10_150]);
  });
});
