import { describe, expect, it } from "vitest";
import { decodeKept, encodeKept } from "../../src/session/browser";
import {
  Entries,
  LET_GO_AT_ONCE,
  MAX_ENTRIES,
  MAX_TEXT_UNITS,
  type NewEntry,
} from "../../src/session/entries";
import { Serial } from "../../src/session/serial";
import type { Delivery, Person } from "../../src/session/types";

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

  it("are bounded in number: the oldest go first, many at once, and it is told", () => {
    const entries = new Entries(() => 0);
    const counts = () =>
      entries.list.value.map((entry) => (entry.kind === "wrong-password" ? entry.count : 0));
    const alarm = (count: number) => entries.add({ kind: "wrong-password", count });
    for (let count = 1; count <= MAX_ENTRIES; count += 1) alarm(count);
    expect(counts()).toHaveLength(MAX_ENTRIES);
    expect(entries.letGo.value).toBe(false);

    alarm(MAX_ENTRIES + 1);
    expect(counts()[0]).toBe(LET_GO_AT_ONCE + 1);
    expect(counts()).toHaveLength(MAX_ENTRIES - LET_GO_AT_ONCE + 1);
    expect(entries.letGo.value).toBe(true);
    for (let count = MAX_ENTRIES + 2; count <= 5 * MAX_ENTRIES; count += 1) {
      alarm(count);
      expect(entries.list.value.length).toBeLessThanOrEqual(MAX_ENTRIES);
    }
    expect(counts().at(-1)).toBe(5 * MAX_ENTRIES);
  });

  const from = {} as Person;
  const said = (body: string, delivery?: Delivery): NewEntry => ({
    kind: "message",
    from,
    body,
    delivery,
  });
  const text = (entries: Entries) =>
    entries.list.value.map((entry) => (entry.kind === "message" ? entry.body : "")).join("");

  it("are bounded in text: the oldest go as soon as there is more than enough", () => {
    const entries = new Entries(() => 0);
    const long = "x".repeat(65_536);
    for (let n = 0; n < 500; n += 1) {
      entries.add(said(`${n % 10}${long}`));
      const units = entries.list.value.length * (long.length + 1);
      expect(units).toBeLessThanOrEqual(MAX_TEXT_UNITS + long.length + 1);
    }
    expect(entries.letGo.value).toBe(true);
    expect(entries.list.value.length).toBeGreaterThan(50);
    // What is taken out makes room.
    for (const { key } of [...entries.list.value]) entries.remove(key);
    for (let n = 0; n < 60; n += 1) entries.add(said(long));
    expect(entries.list.value).toHaveLength(60);
  });

  it("let no own message go that has not arrived, as long as anything else can", () => {
    const entries = new Entries(() => 0);
    const kept = [entries.add(said("waits", "sending")), entries.add(said("failed", "failed"))];
    entries.add(said("arrived", "sent"));
    for (let n = 0; n < 3 * MAX_ENTRIES; n += 1) entries.add(said("theirs"));
    expect(entries.list.value.slice(0, 3).map((entry) => entry.key)).toEqual([
      ...kept,
      expect.not.stringMatching(/^$/),
    ]);
    expect(text(entries)).not.toContain("arrived");
    for (let n = 0; n < 3 * MAX_ENTRIES; n += 1) entries.add(said("mine", "sending"));
    expect(entries.list.value.length).toBeLessThanOrEqual(MAX_ENTRIES);
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
