import { describe, expect, it } from "vitest";
import { decodeKept, encodeKept } from "../../src/session/browser";
import { Entries, MAX_ENTRIES } from "../../src/session/entries";
import { Serial } from "../../src/session/serial";

describe("entries", () => {
  it("keep their order and have keys of their own, also across lists", () => {
    const lists = [new Entries(() => 5), new Entries(() => 5)];
    const keys = lists.flatMap((list) => [
      list.add({ kind: "gap" }),
      list.add({ kind: "damaged" }),
    ]);
    expect(new Set(keys).size).toBe(4);
    expect(lists[0]?.list.value.map(({ kind, at }) => [kind, at])).toEqual([
      ["gap", 5],
      ["damaged", 5],
    ]);
  });

  it("are bounded: the oldest go first", () => {
    const entries = new Entries(() => 0);
    for (let count = 1; count <= MAX_ENTRIES + 5; count += 1)
      entries.add({ kind: "wrong-password", count });
    expect(entries.list.value).toHaveLength(MAX_ENTRIES);
    expect(entries.list.value[0]).toMatchObject({ count: 6 });
    expect(entries.last).toMatchObject({ count: MAX_ENTRIES + 5 });
  });

  it("stay empty once wiped", () => {
    const entries = new Entries(() => 0);
    entries.add({ kind: "gap" });
    entries.wipe();
    entries.add({ kind: "gap" });
    expect(entries.list.value).toEqual([]);
  });
});

describe("a serial queue", () => {
  it("runs one task at a time, in order, whatever fails", async () => {
    const serial = new Serial();
    const log: string[] = [];
    const task = (name: string, fails = false) =>
      serial.run(async () => {
        log.push(`${name} starts`);
        await Promise.resolve();
        log.push(`${name} ends`);
        if (fails) throw new Error(name);
      });
    const outcomes = await Promise.allSettled([task("a"), task("b", true), task("c")]);
    expect(outcomes.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
    expect(log).toEqual(["a starts", "a ends", "b starts", "b ends", "c starts", "c ends"]);
  });

  it("starts nothing once closed", async () => {
    const serial = new Serial();
    const log: string[] = [];
    const first = serial.run(() => {
      log.push("first");
      serial.close();
    });
    const second = serial.run(() => log.push("second"));
    await first;
    expect(await second).toBeUndefined();
    expect(log).toEqual(["first"]);
  });
});

describe("what a tab keeps", () => {
  it("reads back, and anything else is none", () => {
    const kept = Uint8Array.from({ length: 64 }, (_, i) => 255 - i);
    expect(decodeKept(encodeKept(kept))).toEqual(kept);
    for (const text of [
      null,
      "",
      "00",
      "0".repeat(64),
      "0".repeat(127),
      "g".repeat(128),
      "0".repeat(129),
      " ".repeat(128),
    ]) {
      expect(decodeKept(text)).toBeUndefined();
    }
  });
});
