/** Every pair of creator and joiner through everything that a room can do, step by step. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { deriveRoot, encodeMessage, openRoomName, RoomSecrets } from "../../src/e2ee";
import { utf8 } from "../../src/e2ee/bytes";
import { Peer } from "./peer";
import { type Kind, randomHex, toBytes, toHex } from "./player";
import { Table } from "./table";

let peer: Peer;
beforeAll(() => {
  peer = new Peer();
});
afterAll(() => peer.end());

const pairings: readonly [Kind, Kind][] = [
  ["ts", "ts"],
  ["ts", "rust"],
  ["rust", "ts"],
  ["rust", "rust"],
];

describe.each(pairings)("%s creates, %s joins", (creator, joiner) => {
  test("join, talk, leave, join again", async () => {
    const table = new Table(peer);
    const a = await table.found(creator);
    const b = await table.join(joiner);
    for (const p of [a, b]) await table.say(p);
    await table.hearAll();
    await table.remove(b, [a]);
    const c = await table.join(creator);
    await table.say(c);
    await table.hearAll();
    await table.clear();
  });

  test("a whisper is opened by those it is for and by nobody else, also after one's own leaf has changed", async () => {
    const table = new Table(peer);
    const a = await table.found(creator);
    const b = await table.join(joiner);
    const c = await table.join(creator);
    const d = await table.join(joiner);
    const said = toHex(
      encodeMessage({
        ...{ kind: "text", id: toBytes(randomHex(16)), replyTo: undefined, burnS: 0 },
        body: "between us",
      }),
    );
    for (const [from, to, others] of [
      [a, [b], [c, d]],
      [b, [c, a], [d]],
      [d, [a, b, c], []],
    ] as const) {
      const whisper = await from.whisper(
        to.map((p) => p.person.identity),
        said,
      );
      // Late for some, whose leaf is another by then.
      await table.remove(b, []);
      await table.remove(c, []);
      for (const p of [...to, ...others]) {
        const { data } = await p.hear(whisper.epoch, whisper.payload);
        const opened = await p.open(whisper.epoch, from.person.identity, data);
        expect(opened).toBe(to.includes(p as never) ? said : undefined);
        expect(data.includes(toHex(utf8("between")))).toBe(false);
      }
    }
    await table.clear();
  });

  test("somebody takes another alias, and those who come after know it", async () => {
    const table = new Table(peer);
    const a = await table.found(creator);
    const b = await table.join(joiner);
    await table.rename(a, "Another");
    await table.rename(b, "Somebody");
    const c = await table.join(joiner);
    const d = await table.join(creator);
    for (const p of [c, d]) {
      const { roster } = await p.state();
      const aliases = roster.map(({ alias }) => alias);
      expect(aliases.slice(0, 2)).toEqual(["Another", "Somebody"]);
    }
    await table.clear();
  });

  test("a removed member reads nothing of the next epoch, nor does the one who is left alone fail", async () => {
    const table = new Table(peer);
    const a = await table.found(creator);
    const b = await table.join(joiner);
    // `remove` has what follows refused by the one who is gone.
    await table.remove(a, [b]);
    await table.join(joiner);
    await table.say(a);
    await table.hearAll();
    await table.clear();
  });

  test("the only member comes back, and others still find in", async () => {
    const table = new Table(peer);
    const a = await table.found(creator);
    const back = await table.refresh(a, joiner);
    await table.remove(back, []);
    const c = await table.join(creator);
    await table.say(c);
    await table.hearAll();
    await table.clear();
  });

  test("the only member, in a leaf that is not the first, comes back", async () => {
    const table = new Table(peer);
    await table.found(creator);
    await table.join(joiner);
    const third = await table.join(joiner);
    await table.remove(
      third,
      table.players.filter((p) => p !== third),
    );
    await table.refresh(third, creator);
    await table.join(joiner);
    await table.join(creator);
    await table.clear();
  });

  test("commits while the left half of the tree is blank", async () => {
    const table = new Table(peer);
    const a = await table.found(creator);
    const b = await table.join(joiner);
    const c = await table.join(creator);
    const d = await table.join(joiner);
    await table.remove(d, [a, b]);
    await table.remove(c, []);
    await table.remove(d, []);
    await table.refresh(c, joiner);
    await table.join(creator);
    await table.clear();
  });

  test("a kick changes the secrets of the room for all but the kicked one", async () => {
    const table = new Table(peer);
    const a = await table.found(creator);
    const b = await table.join(joiner);
    const c = await table.join(creator);
    const late = await table.say(b);
    await table.kick(b, c);
    await table.hear(late, a);
    const d = await table.join(joiner);
    await table.say(d);
    await table.hearAll();
    await table.clear();
  });

  test("what a kick sends in the envelope fits the new secrets", async () => {
    const table = new Table(peer);
    const a = await table.found(creator);
    const b = await table.join(joiner);
    const { roomId } = table;
    const linkSecret = toBytes(randomHex(24));
    const root = await deriveRoot("new password", { roomId: toBytes(roomId), linkSecret });
    const fresh = {
      root: toHex(root),
      linkSecret: toHex(linkSecret),
      password: "new password",
    };
    const kick = await b.kick(a.person.identity, fresh, "Größenwahn");
    const secrets = await RoomSecrets.fromRoot(root, toBytes(roomId));
    expect(kick.admissionKey).toBe(toHex(secrets.admissionKey));
    const sealed = toBytes(kick.sealedName);
    expect(await openRoomName(sealed, { roomId: toBytes(roomId), linkSecret })).toBe("Größenwahn");
    await table.clear();
  });

  test("messages of the two epochs before are read, older ones and repeated ones are not", async () => {
    const table = new Table(peer);
    const a = await table.found(creator);
    const b = await table.join(joiner);
    const letters = [await table.say(a), await table.say(a), await table.say(b)] as const;
    await table.remove(a, []);
    await table.remove(b, []);
    // Out of order, in the second epoch after.
    await table.hear(letters[1], b);
    await table.hear(letters[2], a);
    await table.refuse(letters[1], b);
    await table.remove(a, []);
    await table.refuse(letters[0], b);
    await table.clear();
  });

  test("with other secrets nobody enters, and their commit is refused", async () => {
    const table = new Table(peer);
    await table.found(creator);
    const stranger = await table.seat(joiner, table.newPerson(), randomHex(32));
    await expect(stranger.join(table.epoch, table.groupState)).rejects.toThrow();
    await table.clear();
  });

  test("a commit under another member number, room epoch or seal is refused and changes nothing", async () => {
    const table = new Table(peer);
    const a = await table.found(creator);
    const b = await table.seat(joiner);
    const { commit } = await b.join(table.epoch, table.groupState);
    const { member } = b.person;
    await expect(a.apply(0, member + 1, commit)).rejects.toThrow();
    await expect(a.apply(1, member, commit)).rejects.toThrow();
    const broken = `${commit.slice(0, -2)}${commit.endsWith("00") ? "01" : "00"}`;
    await expect(a.apply(0, member, broken)).rejects.toThrow();
    await table.check();
    expect((await a.apply(0, member, commit)).joined).toBe(b.person.identity);
  });
});
