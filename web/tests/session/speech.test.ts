/** Sending again what did not go out, and saying something of what did. */
import { describe, expect, it } from "vitest";
import { decodeMessage, type Text } from "../../src/e2ee";
import { ada, ben, bytesOf, cleo, id, Speaking } from "./support/speaking";

describe("speech", () => {
  it("sends a failed message again once, at the end, where the others will see it", async () => {
    const room = new Speaking();
    const shown = () => room.messages.map(({ body, delivery }) => [body, delivery]);
    room.isBroken = true;
    room.speech.write("first");
    await room.outbox.pump();
    room.isBroken = false;
    room.speech.write("second");
    await room.outbox.pump();
    expect(shown()).toEqual([
      ["first", "failed"],
      ["second", "sending"],
    ]);
    const key = room.messages[0]?.key ?? "";
    // Pressed twice, as an impatient finger does.
    room.speech.writeAgain(key);
    room.speech.writeAgain(key);
    await room.outbox.pump();
    expect(shown()).toEqual([
      ["second", "sending"],
      ["first", "sending"],
    ]);
    expect(room.frames).toHaveLength(2);
    room.outbox.acked(1n, 4n);
    room.outbox.acked(2n, 5n);
    room.deliveries.told(5n, "everyone");
    expect(shown()).toEqual([
      ["second", "everyone"],
      ["first", "everyone"],
    ]);
  });

  it("edits and takes back own messages that are on their way, and nobody else's", async () => {
    const room = new Speaking();
    room.speech.write("one");
    const { key } = room.last;
    expect(room.speech.edit(key, "two")).toBe(true);
    expect(room.speech.edit(key, "three")).toBe(true);
    expect(room.last).toMatchObject({ body: "three", edited: true });
    expect(room.speech.edit(key, "")).toBe(false);
    expect(room.speech.edit(key, "a".repeat(65_537))).toBe(false);
    expect(room.last.body).toBe("three");
    expect(room.speech.remove(key)).toBe(true);
    expect(room.last).toMatchObject({ body: "", deleted: true });
    expect(room.speech.edit(key, "four")).toBe(false);
    expect(room.speech.remove(key)).toBe(false);

    const said = { kind: "text", id: id(1), replyTo: undefined, burnS: 0, body: "x" } as const;
    room.lines.take(ben, said, undefined);
    expect(room.speech.edit(room.last.key, "mine")).toBe(false);
    expect(room.speech.remove(room.last.key)).toBe(false);

    await room.outbox.pump();
    const kinds = room.frames.map((frame) =>
      frame.type === "Message" ? decodeMessage(frame.payload).kind : "",
    );
    expect(kinds).toEqual(["text", "edit", "edit", "delete"]);
  });

  it("does not edit what has failed", async () => {
    const room = new Speaking();
    room.isBroken = true;
    room.speech.write("one");
    await room.outbox.pump();
    expect(room.speech.edit(room.last.key, "two")).toBe(false);
    expect(room.speech.remove(room.last.key)).toBe(false);
  });

  it("toggles reactions, up to eight different ones, and only emoji", async () => {
    const room = new Speaking();
    room.speech.write("one");
    const { key } = room.last;
    for (let n = 0; n < 8; n += 1) {
      expect(room.speech.react(key, String.fromCodePoint(0x1f600 + n))).toBe(true);
    }
    expect(room.speech.react(key, "\u{1f680}")).toBe(false);
    expect(room.speech.react(key, "ok")).toBe(false);
    expect(room.last.reactions).toHaveLength(8);
    expect(room.speech.react(key, "\u{1f600}")).toBe(true);
    expect(room.last.reactions?.map(({ emoji }) => emoji)).not.toContain("\u{1f600}");
    expect(room.speech.react(key, "\u{1f680}")).toBe(true);
  });

  it("whispers what is said of a whisper, to all who take part", async () => {
    const room = new Speaking();
    const said = { kind: "text", id: id(1), replyTo: undefined, burnS: 0, body: "psst" } as const;
    room.lines.take(ben, said, [ben.id, ada.id, cleo.id]);
    const { key } = room.last;
    room.speech.react(key, "\u{1f44d}");
    room.speech.write("yes", { replyTo: { key, circle: room.last.whisper?.circle } });
    expect(room.last.whisper?.to).toEqual([ben, cleo]);
    room.speech.edit(room.last.key, "no");
    room.speech.remove(room.last.key);
    await room.outbox.pump();
    const all = [ben.id, cleo.id];
    expect(room.whispers.map(({ to, said: { kind } }) => [kind, [...to].sort()])).toEqual([
      ["reactions", all],
      ["text", all],
      ["edit", all],
      ["delete", all],
    ]);
    // Nothing of it went out in the open.
    for (const frame of room.frames) {
      expect(frame.type === "Message" && frame.payload.length).toBe(0);
    }
    expect(room.whispers[0]?.said).toMatchObject({ target: { author: bytesOf(ben), id: id(1) } });
  });

  /** Ben whispers to Ada, and Ada begins an answer. */
  const answering = (room: Speaking, more: Partial<Text> = {}) => {
    const text = { kind: "text", id: id(1), replyTo: undefined, burnS: 0, body: "psst" } as const;
    room.lines.take(ben, { ...text, ...more }, [ben.id, ada.id]);
    room.burning.see(room.last.key);
    return { replyTo: { key: room.last.key, circle: room.last.whisper?.circle } };
  };
  const nothingSent = async (room: Speaking) => {
    await room.outbox.pump();
    expect([room.frames, room.whispers]).toEqual([[], []]);
  };

  it("answers no whisper openly that has burnt, was taken back or was let go meanwhile", async () => {
    const gone: ((room: Speaking) => void)[] = [
      (room) => room.clock.pass(5_000),
      (room) =>
        room.lines.take(ben, { kind: "delete", id: id(2), target: id(1) }, [ben.id, ada.id]),
      (room) => room.entries.clear(),
    ];
    for (const vanish of gone) {
      const room = new Speaking();
      const options = answering(room, { burnS: 5 });
      vanish(room);
      expect(room.speech.write("our secret", options)).toBe("answered-gone");
      expect(room.messages.map(({ body }) => body)).not.toContain("our secret");
      await nothingSent(room);
    }
  });

  it("answers a whisper to nobody else than those who take part in it", async () => {
    const room = new Speaking();
    const { replyTo } = answering(room);
    expect(room.speech.write("secret", { replyTo, whisperTo: [cleo.id] })).toBe("another-circle");
    // Who does not say that it is a whisper, took it for something else.
    const open = { replyTo: { key: replyTo.key, circle: undefined } };
    expect(room.speech.write("secret", open)).toBe("another-circle");
    await nothingSent(room);
    expect(room.speech.write("secret", { replyTo, whisperTo: [ben.id] })).toBeUndefined();
    await room.outbox.pump();
    expect(room.whispers.map(({ to }) => to)).toEqual([[ben.id]]);
  });

  it("says an answer to an open text that is gone for itself, and whispers one that is whispered", async () => {
    const room = new Speaking();
    const replyTo = { key: "gone", circle: undefined };
    expect(room.speech.write("for all", { replyTo })).toBeUndefined();
    expect(room.last).not.toHaveProperty("replyTo");
    expect(room.last).not.toHaveProperty("whisper");
    room.speech.write("psst", { replyTo, whisperTo: [ben.id] });
    expect(room.last.whisper?.to).toEqual([ben]);
  });

  it("sends a failed whisper again as a whisper", async () => {
    const room = new Speaking();
    room.isBroken = true;
    room.speech.write("psst", { whisperTo: [ben.id], burnSeconds: 30 });
    await room.outbox.pump();
    room.isBroken = false;
    room.whispers.length = 0;
    room.speech.writeAgain(room.last.key);
    await room.outbox.pump();
    expect(room.whispers).toMatchObject([{ to: [ben.id], said: { body: "psst", burnS: 30 } }]);
  });
});
