/** Typing, reading and cover: what passes by. */
import { describe, expect, it } from "vitest";
import { decodeMessage } from "../../src/e2ee";
import { Cover } from "../../src/session/cover";
import { findMentions, MAX_MENTIONS, MentionSearch } from "../../src/session/mentions";
import { Reading } from "../../src/session/reading";
import { Typing } from "../../src/session/typing";
import type { Bytes } from "../../src/wire";
import { ManualClock } from "./support/manual-clock";
import { ada, ben, bytesOf, cleo, id, person, Speaking } from "./support/speaking";

describe("typing", () => {
  it("goes out at most every four seconds, and anew after a message", () => {
    const clock = new ManualClock();
    const sent: Bytes[] = [];
    const typing = new Typing(clock, (data) => sent.push(data));
    for (let n = 0; n < 40; n += 1) {
      typing.note();
      clock.pass(100);
    }
    expect(sent).toHaveLength(1);
    typing.note();
    expect(sent).toHaveLength(2);
    typing.wrote();
    typing.note();
    expect(sent).toHaveLength(3);
  });

  it("expires by itself, and ends with what was typed", () => {
    const clock = new ManualClock();
    const typing = new Typing(clock, () => {});
    typing.heard(ben);
    typing.heard(ben);
    typing.heard(cleo);
    expect(typing.list.value).toEqual([ben, cleo]);
    clock.pass(4_000);
    typing.heard(ben);
    clock.pass(2_000);
    expect(typing.list.value).toEqual([ben]);
    typing.stopped(ben);
    expect(typing.list.value).toEqual([]);
    clock.pass(60_000);
    expect(clock.timers).toBe(0);
  });
});

describe("reading", () => {
  const text = (n: number) =>
    ({ kind: "text", id: id(n), replyTo: undefined, burnS: 0, body: "x" }) as const;

  it("tells the newest that was seen, seldom, and never of a whisper", () => {
    const room = new Speaking();
    const sent: Bytes[] = [];
    const reading = new Reading(room.clock, room.entries, (data) => sent.push(data));
    const told = () => sent.map((data) => decodeMessage(data));
    const upTo = (n: number) => ({ kind: "read", upTo: { author: bytesOf(ben), id: id(n) } });
    for (let n = 1; n <= 5; n += 1) room.lines.take(ben, text(n), undefined);
    const keys = room.messages.map(({ key }) => key);
    for (const key of keys) reading.note(key);
    expect(told()).toEqual([upTo(1)]);
    room.clock.pass(3_000);
    expect(told()).toEqual([upTo(1), upTo(5)]);
    // Scrolling back is no news.
    reading.note(keys[0] ?? "");
    room.clock.pass(10_000);
    expect(sent).toHaveLength(2);

    room.lines.take(ben, text(6), [ben.id, ada.id]);
    room.speech.write("mine");
    reading.note(room.last.key);
    room.clock.pass(10_000);
    expect(sent).toHaveLength(2);

    room.lines.take(ben, text(7), undefined);
    room.lines.take(ben, text(8), [ben.id, ada.id]);
    reading.note(room.last.key);
    expect(told().at(-1)).toEqual(upTo(7));
    reading.stop();
    expect(room.clock.timers).toBe(0);
  });

  it("marks own messages that reached the reader, once", async () => {
    const room = new Speaking();
    const reading = new Reading(room.clock, room.entries, () => {});
    room.speech.write("to all");
    room.speech.write("to Ben", { whisperTo: [ben.id] });
    await room.outbox.pump();
    room.outbox.acked(1n, 1n);
    room.outbox.acked(2n, 2n);
    room.lines.take(ben, text(1), undefined);
    room.speech.write("later");
    const upTo = { author: bytesOf(ben), id: id(1) };
    reading.heard(cleo, upTo);
    reading.heard(cleo, upTo);
    reading.heard(ben, upTo);
    reading.heard(ben, { author: bytesOf(cleo), id: id(99) });
    const readers = room.messages.map(({ readBy }) => readBy?.map(({ alias }) => alias));
    expect(readers).toEqual([["Cleo", "Ben"], ["Ben"], undefined, undefined]);
  });
});

describe("cover traffic", () => {
  const played = () => {
    const clock = new ManualClock();
    const changes: unknown[] = [];
    let ticks = 0;
    const cover = new Cover(clock, {
      onTick: () => {
        ticks += 1;
      },
      onChange: (who, on) => changes.push([who?.alias, on]),
    });
    return { clock, cover, changes, ticks: () => ticks };
  };

  it("comes at a constant rate, and ends", () => {
    const { clock, cover, changes, ticks } = played();
    cover.switched(ben, true);
    cover.switched(cleo, true);
    clock.pass(60_000);
    expect(ticks()).toBe(30);
    cover.switched(cleo, false);
    clock.pass(60_000);
    expect(ticks()).toBe(30);
    expect(changes).toEqual([
      ["Ben", true],
      ["Cleo", false],
    ]);
    // Somebody who has not heard of it yet turns nothing on again.
    cover.heard();
    expect(cover.on.value).toBe(false);
    expect(clock.timers).toBe(0);
  });

  it("is learnt from others', as long as that is heard", () => {
    const { clock, cover, changes } = played();
    for (let n = 0; n < 5; n += 1) {
      cover.heard();
      clock.pass(9_000);
    }
    expect(cover.on.value).toBe(true);
    clock.pass(1_000);
    expect(cover.on.value).toBe(false);
    expect(changes).toEqual([
      [undefined, true],
      [undefined, false],
    ]);
  });

  it("goes on over a gap only if it is heard after it", () => {
    const { clock, cover } = played();
    cover.switched(ben, true);
    cover.lost();
    expect(cover.on.value).toBe(true);
    clock.pass(10_000);
    expect(cover.on.value).toBe(false);
    cover.heard();
    expect(cover.on.value).toBe(true);
    cover.stop();
    expect(clock.timers).toBe(0);
  });
});

describe("mentions", () => {
  const people = [ada, ben, person(1, "Ada Lovelace"), person(2, "ben.j"), person(3, "Zoë")];
  const found = (body: string) =>
    findMentions(body, people).map(({ start, end, who }) => [body.slice(start, end), who.alias]);

  it("are found by the longest alias, in whatever case", () => {
    expect(found("@ada lovelace, @ADA and @ben.j")).toEqual([
      ["@ada lovelace", "Ada Lovelace"],
      ["@ADA", "Ada"],
      ["@ben.j", "ben.j"],
    ]);
    expect(found("(@Zoë)\n@Ben!")).toEqual([
      ["@Zoë", "Zoë"],
      ["@Ben", "Ben"],
    ]);
  });

  it("are no parts of words or addresses", () => {
    expect(found("a@ada.example @adam @benny @@ @ada_x")).toEqual([]);
    expect(found("@@ada")).toEqual([["@ada", "Ada"]]);
    expect(findMentions("@", [person(9, "")])).toEqual([]);
  });

  it("end where they were typed, also where lower case is longer", () => {
    const someone = person(9, "İ");
    expect(findMentions("@İ", [someone])).toEqual([{ start: 0, end: 2, who: someone }]);
    expect(findMentions("@İ x", [someone])).toEqual([{ start: 0, end: 2, who: someone }]);
    // What is left is shorter than the longest alias.
    expect(found("@ada")).toEqual([["@ada", "Ada"]]);
  });

  it("are bounded, and looking for them takes no time worth naming, whatever the text", () => {
    const hundred = Array.from({ length: 100 }, (_, n) => person(n, `${"@".repeat(n % 32)}x${n}`));
    expect(findMentions("@ada ".repeat(20_000), people)).toHaveLength(MAX_MENTIONS);
    for (const text of ["@".repeat(65_536), "@x".repeat(32_768), "@x1 ".repeat(16_384)]) {
      const begun = performance.now();
      expect(findMentions(text, hundred).length).toBeLessThanOrEqual(MAX_MENTIONS);
      expect(performance.now() - begun).toBeLessThan(200);
    }
  });

  it("in the parts of one message are bounded together", () => {
    const search = new MentionSearch(people);
    const parts = Array.from({ length: 500 }, () => search.in("@ada and @nobody"));
    expect(parts.flat()).toHaveLength(MAX_MENTIONS);
    expect(search.isOver).toBe(true);
    const signs = new MentionSearch(people);
    for (let n = 0; n < 100; n += 1) signs.in("@@@@@@@@@@");
    expect(signs.in("@ada")).toEqual([]);
  });
});
