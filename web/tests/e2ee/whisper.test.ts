/** Whispers: who can open them, that nobody else can, what can be told from outside, and what breaks their rules. */
import { encryptWithLabel } from "ts-mls/crypto/hpke.js";
import { describe, expect, test } from "vitest";
import { decodeMessage, encodeMessage, type Member, type Text, type Whisper } from "../../src/e2ee";
import { type Bytes, concat, copy, hex, random, utf8 } from "../../src/e2ee/bytes";
import { encode } from "../../src/e2ee/decode";
import { cipherSuite } from "../../src/e2ee/mls/suite";
import { seal, sealKey } from "../../src/e2ee/seal";
import { openWhisper, sealWhisper, type WhisperRecipient } from "../../src/e2ee/whisper";
import { Room } from "./room";

const SECRET = "between you and me, and nobody else";

const text = (body = SECRET): Text => ({
  ...{ kind: "text", id: random(16), replyTo: undefined, burnS: 0, body },
});

/** What a member has of a whisper that arrived: the message, and what it could open. */
async function heard(member: Member, epoch: bigint, payload: Uint8Array) {
  const { from, data } = await member.decrypt(epoch, payload);
  const message = decodeMessage(data);
  if (message.kind !== "whisper") throw new Error("no whisper");
  return { data, message, opened: await member.openWhisper(epoch, from.identity, message) };
}

function contains(haystack: Uint8Array, needle: Uint8Array): boolean {
  return hex(haystack).includes(hex(needle));
}

describe("a whisper", () => {
  test("is opened by those it is for; a third client that shows everything it can has nothing of it", async () => {
    const room = await Room.of(4);
    const [ann, bob, cleo, dan] = [0, 1, 2, 3].map((i) => room.at(i));
    if (!ann || !bob || !cleo || !dan) throw new Error("nobody there");
    const said = text();
    const { epoch, payload } = await ann.encryptWhisper(
      said.id,
      [bob.identity, cleo.identity],
      said,
    );
    for (const member of [bob, cleo]) {
      const { opened } = await heard(member, epoch, payload);
      expect(opened?.said).toEqual(said);
      expect(opened?.recipients.map(hex).sort()).toEqual(
        [bob.identity, cleo.identity].map(hex).sort(),
      );
    }
    // Everything that Dan's client can ever get: what comes out of MLS, taken apart.
    const { data, message, opened } = await heard(dan, epoch, payload);
    expect(opened).toBeUndefined();
    for (const secret of [utf8(SECRET), utf8(SECRET.slice(0, 8)), bob.identity, cleo.identity]) {
      expect(contains(data, secret)).toBe(false);
    }
    expect(Object.keys(message).sort()).toEqual(["id", "kind", "sealed", "slots"]);
    expect(message.slots).toHaveLength(2);
  });

  test("has 1, 2, 4, 8 slots, all alike and in random order", async () => {
    const room = await Room.of(6);
    const counts: number[] = [];
    for (const recipients of [1, 2, 3, 4, 5]) {
      const to = room.seats.slice(1, 1 + recipients).map(({ member }) => member.identity);
      const said = text("x");
      const { epoch, payload } = await room.at(0).encryptWhisper(said.id, to, said);
      const { message, opened } = await heard(room.at(1), epoch, payload);
      counts.push(message.slots.length);
      expect(opened?.recipients).toHaveLength(recipients);
    }
    expect(counts).toEqual([1, 2, 4, 4, 8]);
  });

  test("goes to who is in the group, and not to oneself", async () => {
    const room = await Room.of(3);
    const gone = room.at(2);
    const { identity } = gone;
    await room.remove(room.at(0), [gone]);
    const said = text();
    const whisper = (to: readonly Uint8Array[]) => room.at(0).encryptWhisper(said.id, to, said);
    await expect(whisper([identity])).rejects.toMatchObject({ code: "state" });
    await expect(whisper([room.at(0).identity])).rejects.toMatchObject({ code: "state" });
    const { epoch, payload } = await whisper([identity, room.at(1).identity]);
    const { opened } = await heard(room.at(1), epoch, payload);
    expect(opened?.recipients).toEqual([room.at(1).identity]);
  });

  test("that comes late is opened, also when one's own leaf has changed, and no later than other messages", async () => {
    const room = await Room.of(3);
    const [ann, bob] = [room.at(0), room.at(1)];
    const said = text();
    const whisper = () => ann.encryptWhisper(said.id, [bob.identity], said);
    const [one, two] = [await whisper(), await whisper()];
    await room.remove(bob);
    expect((await heard(bob, one.epoch, one.payload)).opened?.said).toEqual(said);
    await room.remove(bob);
    await room.remove(bob);
    await expect(heard(bob, two.epoch, two.payload)).rejects.toMatchObject({ code: "epoch" });
  });

  test("of somebody who comes back after a refresh can be opened again only when made anew", async () => {
    const room = await Room.of(2);
    const said = text();
    const { epoch, payload } = await room
      .at(0)
      .encryptWhisper(said.id, [room.at(1).identity], said);
    const bob = await room.join(room.seats[1]?.params);
    await expect(bob.decrypt(epoch, payload)).rejects.toThrow();
    const again = await room.at(0).encryptWhisper(said.id, [bob.identity], said);
    expect((await heard(bob, again.epoch, again.payload)).opened?.said).toEqual(said);
  });

  test("is as large on the wire as a text of its class", async () => {
    const room = await Room.of(2);
    const said = text();
    const whisper = await room.at(0).encryptWhisper(said.id, [room.at(1).identity], said);
    const open = await room.at(0).encrypt(encodeMessage(text("a".repeat(1_500))));
    expect(whisper.payload.length).toBe(open.payload.length);
  });
});

describe("a whisper that breaks the rules", () => {
  const roomId = random(16);
  const sender = random(16);
  const place = (
    id: Bytes,
    change: Partial<{ epoch: bigint; roomId: Bytes; sender: Bytes }> = {},
  ) => ({
    ...{ roomId, epoch: 7n, sender, id },
    ...change,
  });

  async function recipient(): Promise<{ to: WhisperRecipient; privateKey: Uint8Array }> {
    const { hpke } = await cipherSuite();
    const pair = await hpke.generateKeyPair();
    const to = { identity: random(16), encryptionKey: await hpke.exportPublicKey(pair.publicKey) };
    return { to, privateKey: await hpke.exportPrivateKey(pair.privateKey) };
  }

  test("does not open in another room, epoch or place, or from another sender", async () => {
    const suite = await cipherSuite();
    const { to, privateKey } = await recipient();
    const said = text();
    const whisper = await sealWhisper(place(said.id), [to], said, suite);
    const opened = (at: ReturnType<typeof place>, of: Whisper = whisper) =>
      openWhisper(at, of, privateKey, suite);
    expect((await opened(place(said.id)))?.said).toEqual(said);
    expect(await opened(place(said.id, { epoch: 8n }))).toBeUndefined();
    expect(await opened(place(said.id, { roomId: random(16) }))).toBeUndefined();
    expect(await opened(place(said.id, { sender: random(16) }))).toBeUndefined();
    expect(await opened(place(random(16)))).toBeUndefined();
    const sealed = copy(whisper.sealed);
    sealed[30] = (sealed[30] ?? 0) ^ 1;
    await expect(opened(place(said.id), { ...whisper, sealed })).rejects.toMatchObject({
      code: "seal",
    });
  });

  /** A whisper with that content, sealed as a recipient with bad intentions would. */
  async function forged(list: Bytes, message: Bytes, id: Bytes, slots = 1) {
    const suite = await cipherSuite();
    const { to, privateKey } = await recipient();
    const at = place(id);
    const others = await Promise.all(Array.from({ length: slots - 1 }, () => recipient()));
    const honest = await sealWhisper(at, [to, ...others.map((one) => one.to)], text(), suite);
    const key = random(32);
    const context = encode((w) => {
      w.raw(roomId).u64(7n).raw(sender).raw(id);
    });
    const publicKey = await suite.hpke.importPublicKey(to.encryptionKey);
    const slot = await encryptWithLabel(publicKey, "SanctuaryWhisper", context, key, suite.hpke);
    const content = encode((w) => {
      w.vec(list).vec(message);
    });
    const sealed = await seal(
      await sealKey(key),
      concat(utf8("sanctuary/1 whisper"), context),
      content,
    );
    const first = { kemOutput: copy(slot.enc), sealedKey: copy(slot.ct) };
    const whisper: Whisper = { ...honest, id, sealed, slots: [first, ...honest.slots.slice(1)] };
    return openWhisper(at, whisper, privateKey, suite);
  }

  test("is damaged, and shows nothing", async () => {
    const id = random(16);
    const who = random(16);
    const said: Text = { ...text(), id };
    const good = encodeMessage(said);
    const broken = { code: "encoding" };
    const nobody = new Uint8Array(16);
    expect((await forged(who, good, id))?.said).toEqual(said);
    await expect(forged(sender, good, id)).rejects.toMatchObject(broken);
    await expect(forged(nobody, good, id)).rejects.toMatchObject(broken);
    await expect(forged(concat(who, random(16)), good, id)).rejects.toMatchObject(broken);
    await expect(forged(who.slice(0, 15), good, id)).rejects.toMatchObject(broken);
    await expect(forged(concat(who, who), good, id, 2)).rejects.toMatchObject(broken);
    // One recipient needs one slot: with two, they would be told of somebody who is not there.
    await expect(forged(concat(who, nobody), good, id, 2)).rejects.toMatchObject(broken);
    await expect(forged(concat(nobody, who), good, id, 2)).rejects.toMatchObject(broken);
    await expect(forged(who, encodeMessage(text()), id)).rejects.toMatchObject(broken);
    await expect(forged(who, concat(good, nobody), id)).rejects.toMatchObject(broken);
    for (const kind of ["typing", "cover"] as const) {
      await expect(forged(who, encodeMessage({ kind }), id)).rejects.toMatchObject(broken);
    }
    const inner = await sealWhisper(place(id), [(await recipient()).to], said, await cipherSuite());
    await expect(forged(who, encodeMessage(inner), id)).rejects.toMatchObject(broken);
  });
});
