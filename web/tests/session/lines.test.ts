/** What is said of messages, also by those who do not keep to the rules. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Reactions, Said, Text } from "../../src/e2ee";
import { MAX_ENTRIES } from "../../src/session/entries";
import type { Circle } from "../../src/session/lines";
import type { Person } from "../../src/session/types";
import { ada, ben, bytesOf, cleo, id, person, Speaking } from "./support/speaking";

const THUMB = "\u{1f44d}";
const HEART = "\u{2764}\u{fe0f}";

const text = (n: number, body = "x", more: Partial<Text> = {}): Text => ({
  ...{ kind: "text", id: id(n), replyTo: undefined, burnS: 0, body },
  ...more,
});
const edit = (target: number, revision: number, body: string): Said => ({
  ...{ kind: "edit", id: id(0xe0 + revision), target: id(target), revision, body },
});
const deletion = (target: number): Said => ({ kind: "delete", id: id(0xdd), target: id(target) });
const reactions = (
  author: Person,
  target: number,
  revision: number,
  emoji: readonly string[],
): Reactions => ({
  ...{ kind: "reactions", id: id(0xf0), revision, emoji },
  target: { author: bytesOf(author), id: id(target) },
});

describe("lines", () => {
  it("take edits of the same author only, and only newer ones", () => {
    const room = new Speaking();
    room.lines.take(ben, text(1, "mine"), undefined);
    // Another's text under the same id is another text.
    room.lines.take(cleo, text(1, "hers"), undefined);
    room.lines.take(cleo, edit(1, 1, "hers, better"), undefined);
    expect(room.messages.map(({ body }) => body)).toEqual(["mine", "hers, better"]);
    room.lines.take(ben, edit(1, 5, "newest"), undefined);
    room.lines.take(ben, edit(1, 4, "older"), undefined);
    room.lines.take(ben, edit(1, 5, "twice"), undefined);
    expect(room.messages[0]).toMatchObject({ body: "newest", edited: true });
    room.lines.take(cleo, edit(2, 1, "of nothing"), undefined);
    expect(room.messages).toHaveLength(2);
  });

  it("keep a place for what was taken back, and nothing else", () => {
    const room = new Speaking();
    room.lines.take(ben, text(1, "secret"), undefined);
    room.lines.take(
      ben,
      text(2, "answer", { replyTo: { author: bytesOf(ben), id: id(1) } }),
      undefined,
    );
    room.lines.take(cleo, reactions(ben, 1, 1, [THUMB]), undefined);
    room.lines.take(cleo, deletion(1), undefined);
    expect(room.messages[0]?.body).toBe("secret");
    room.lines.take(ben, deletion(1), undefined);
    room.lines.take(ben, edit(1, 9, "again"), undefined);
    room.lines.take(cleo, reactions(ben, 1, 2, [THUMB]), undefined);
    const [gone, answer] = room.messages;
    expect(gone).toMatchObject({ body: "", deleted: true });
    expect(gone).not.toHaveProperty("reactions");
    expect(gone).not.toHaveProperty("edited");
    expect(answer?.replyTo).toBe(gone?.name);
    expect(room.entries.named(answer?.replyTo ?? "")?.deleted).toBe(true);
  });

  it("show who reacted, and the latest only", () => {
    const room = new Speaking();
    room.lines.take(ben, text(1), undefined);
    room.lines.take(cleo, reactions(ben, 1, 1, [THUMB, HEART]), undefined);
    room.lines.take(ben, reactions(ben, 1, 1, [HEART]), undefined);
    expect(room.last.reactions).toEqual([
      { emoji: THUMB, people: [cleo], own: false },
      { emoji: HEART, people: [cleo, ben], own: false },
    ]);
    room.lines.take(cleo, reactions(ben, 1, 3, []), undefined);
    room.lines.take(cleo, reactions(ben, 1, 2, [THUMB]), undefined);
    expect(room.last.reactions).toEqual([{ emoji: HEART, people: [ben], own: false }]);
    room.lines.take(ben, reactions(ben, 1, 2, []), undefined);
    expect(room.last).not.toHaveProperty("reactions");
  });

  it("keep reactions that come before their message, and not too many", () => {
    const room = new Speaking();
    room.lines.take(cleo, reactions(ben, 7, 2, [THUMB]), undefined);
    room.lines.take(cleo, reactions(ben, 7, 1, [HEART]), undefined);
    room.lines.take(ben, text(7), undefined);
    expect(room.last.reactions).toEqual([{ emoji: THUMB, people: [cleo], own: false }]);

    room.lines.take(cleo, reactions(ben, 9, 1, [THUMB]), undefined);
    for (let n = 0; n < 256; n += 1) {
      room.lines.take(person(n, "Flood"), reactions(ada, 200, 1, [THUMB]), undefined);
    }
    room.lines.take(ben, text(9), undefined);
    expect(room.last).not.toHaveProperty("reactions");
  });

  it("bound how many can react to one message", () => {
    const room = new Speaking();
    room.lines.take(ben, text(1), undefined);
    for (let n = 0; n < 200; n += 1) {
      room.lines.take(person(n, `P${n}`), reactions(ben, 1, 1, [THUMB]), undefined);
    }
    expect(room.last.reactions?.[0]?.people).toHaveLength(128);
  });

  const circle: Circle = [ben.id, ada.id];
  it("take what is said of a whisper from those who take part, whispered, and nothing else", () => {
    const room = new Speaking();
    room.lines.take(ben, text(1, "psst"), circle);
    expect(room.last.whisper?.to).toEqual([ada]);
    room.lines.take(ben, edit(1, 1, "in the open"), undefined);
    room.lines.take(ben, deletion(1), undefined);
    room.lines.take(cleo, reactions(ben, 1, 1, [THUMB]), [cleo.id, ada.id]);
    room.lines.take(ben, reactions(ben, 1, 1, [THUMB]), undefined);
    expect(room.last).toMatchObject({ body: "psst" });
    expect(room.last).not.toHaveProperty("reactions");
    room.lines.take(ben, edit(1, 1, "whispered"), circle);
    expect(room.last.body).toBe("whispered");

    const answers = { replyTo: { author: bytesOf(ben), id: id(1) } };
    room.lines.take(cleo, text(2, "I heard", answers), undefined);
    expect(room.last).not.toHaveProperty("replyTo");
    room.lines.take(ben, text(3, "and", answers), circle);
    expect(room.last.replyTo).toBe(room.messages[0]?.name);
  });

  it("count the recipients of a whisper who have left", () => {
    const room = new Speaking();
    const gone = person(0x99, "Gone");
    room.lines.take(ben, text(1, "psst"), [ben.id, ada.id, gone.id]);
    expect(room.last.whisper).toMatchObject({ to: [ada], left: 1 });
    room.lines.take(ben, text(2, "psst"), circle);
    expect(room.last.whisper).toEqual({ to: [ada], left: 0, circle });
  });

  it("take nothing whispered for a message that was said openly, but a whispered answer", () => {
    const room = new Speaking();
    room.lines.take(ben, text(1, "open"), undefined);
    room.lines.take(ben, edit(1, 1, "for some"), circle);
    room.lines.take(ben, deletion(1), circle);
    expect(room.last.body).toBe("open");
    const answers = { replyTo: { author: bytesOf(ben), id: id(1) } };
    room.lines.take(ben, text(2, "psst", answers), circle);
    expect(room.last.replyTo).toBe(room.messages[0]?.name);
  });

  it("say who is mentioned, and again after an edit", () => {
    const room = new Speaking();
    room.lines.take(ben, text(1, "@ada look"), undefined);
    expect(room.last.mentionsYou).toBe(true);
    room.lines.take(ben, edit(1, 1, "adam@ada.example look"), undefined);
    expect(room.last).not.toHaveProperty("mentionsYou");
    room.speech.write("I am @Ada");
    expect(room.last).not.toHaveProperty("mentionsYou");
  });

  it("never show a word of somebody's as another's, whatever comes in whatever order", () => {
    const people = [ben, cleo];
    const circles: Circle[] = [undefined, [ben.id, ada.id], [cleo.id, ada.id, ben.id]];
    const saying = fc.record({
      from: fc.constantFrom(...people),
      circle: fc.constantFrom(...circles),
      what: fc.oneof(
        fc.record({ kind: fc.constant("text"), n: fc.integer({ min: 0, max: 3 }) }),
        fc.record({ kind: fc.constant("edit"), n: fc.integer({ min: 0, max: 3 }) }),
        fc.record({ kind: fc.constant("delete"), n: fc.integer({ min: 0, max: 3 }) }),
        fc.record({ kind: fc.constant("reactions"), n: fc.integer({ min: 0, max: 3 }) }),
      ),
      revision: fc.integer({ min: 1, max: 4 }),
      of: fc.constantFrom(...people),
    });
    fc.assert(
      fc.property(fc.array(saying, { maxLength: 40 }), (all) => {
        const room = new Speaking();
        const seen = new Set<string>();
        for (const { from, circle: said, what, revision, of } of all) {
          const body = `${from.alias} ${said === undefined ? "openly" : said.join()}`;
          const name = `${from.id} ${what.n}`;
          // As `Texts` does: an id of one sender counts once.
          if (what.kind === "text" && seen.has(name)) continue;
          if (what.kind === "text") seen.add(name);
          const circleOf =
            said === undefined ? undefined : [from.id, ...said.filter((one) => one !== from.id)];
          if (what.kind === "text") room.lines.take(from, text(what.n, body), circleOf);
          else if (what.kind === "edit")
            room.lines.take(from, edit(what.n, revision, body), circleOf);
          else if (what.kind === "delete") room.lines.take(from, deletion(what.n), circleOf);
          else room.lines.take(from, reactions(of, what.n, revision, [THUMB]), circleOf);
        }
        for (const { from, body, deleted, whisper, reactions: chips } of room.messages) {
          expect(deleted ? body === "" : body.startsWith(from.alias)).toBe(true);
          if (!deleted) expect(body.endsWith("openly")).toBe(whisper === undefined);
          const inside = new Set([from.id, ...(whisper?.to ?? people).map((one) => one.id)]);
          for (const who of chips?.flatMap((chip) => chip.people) ?? []) {
            expect(inside.has(who.id)).toBe(true);
          }
        }
      }),
    );
  });

  it("remember nothing of lines that were let go", () => {
    const room = new Speaking();
    room.lines.take(ben, text(1, "old"), undefined);
    for (let n = 0; n < MAX_ENTRIES; n += 1) room.entries.add({ kind: "gap" });
    room.lines.take(ben, edit(1, 1, "late"), undefined);
    expect(room.messages).toHaveLength(0);
  });
});

describe("lines that burn", () => {
  it("go so many seconds after they were seen, whatever clock is turned back and however long the machine slept", () => {
    const room = new Speaking();
    room.hidden = true;
    room.lines.take(ben, text(1, "read me", { burnS: 10 }), undefined);
    room.clock.pass(60_000);
    expect(room.last.burn).toEqual({ seconds: 10, endsAt: undefined });
    room.hidden = false;
    room.burning.check();
    // The page is seen, and the line is not: it lies below what is.
    room.clock.pass(60_000);
    expect(room.last.burn).toEqual({ seconds: 10, endsAt: undefined });
    room.burning.see(room.last.key);
    expect(room.last.burn?.endsAt).toBe(room.clock.wall() + 10_000);
    room.lines.take(ben, edit(1, 1, "read me now"), undefined);
    room.clock.pass(9_999);
    expect(room.messages).toHaveLength(1);
    room.clock.pass(1);
    expect(room.messages).toHaveLength(0);

    room.lines.take(ben, text(2, "and me", { burnS: 10 }), undefined);
    room.hidden = true;
    room.burning.see(room.last.key);
    expect(room.last.burn?.endsAt).toBe(undefined);
    room.hidden = false;
    room.burning.check();
    room.clock.sleep(3_600_000);
    room.burning.check();
    expect(room.messages).toHaveLength(0);
  });

  it("burn at their sender from when the relay has them", async () => {
    const room = new Speaking();
    room.speech.write("soon gone", { burnSeconds: 5 });
    room.clock.pass(20_000);
    expect(room.messages).toHaveLength(1);
    await room.outbox.pump();
    room.outbox.acked(1n, 1n);
    room.clock.pass(5_000);
    expect(room.messages).toHaveLength(0);
  });

  it("are forgotten with the rest", () => {
    const room = new Speaking();
    room.lines.take(ben, text(1, "x", { burnS: 10 }), undefined);
    room.entries.clear();
    room.clock.pass(60_000);
    expect(room.messages).toHaveLength(0);
  });
});
