/** Members among themselves: pending commits, the queue, late messages, kicks, and what is left of secrets afterwards. */
import { describe, expect, test } from "vitest";
import { Member, newIdentity, RoomSecrets, SessionKeys } from "../../src/e2ee";
import { equal, random, utf8 } from "../../src/e2ee/bytes";
import { openGroupState } from "../../src/e2ee/group-seals";
import { createEpoch, joinEpoch } from "../../src/e2ee/join";
import { cipherSuite } from "../../src/e2ee/mls/suite";
import { encodeGroupState } from "../../src/e2ee/payload";
import { Roster, type RosterEntry, signEntry } from "../../src/e2ee/roster";
import { groupAad, SealKind, seal } from "../../src/e2ee/seal";
import { Room } from "./room";

const text = utf8;

describe("messages", () => {
  test("reach everybody else, with their sender", async () => {
    const room = await Room.of(3);
    const { epoch, payload } = await room.at(1).encrypt(text("hello"));
    for (const i of [0, 2]) {
      const { from, data } = await room.at(i).decrypt(epoch, payload);
      expect(data).toEqual(text("hello"));
      expect(from).toMatchObject({ alias: "member 2", memberNumber: 2, leafIndex: 1 });
    }
  });

  test("are read once", async () => {
    const room = await Room.of(2);
    const { epoch, payload } = await room.at(0).encrypt(text("hello"));
    await room.at(1).decrypt(epoch, payload);
    await expect(room.at(1).decrypt(epoch, payload)).rejects.toMatchObject({ code: "mls" });
  });

  test("sealed for another epoch or changed do not open", async () => {
    const room = await Room.of(2);
    const { epoch, payload } = await room.at(0).encrypt(text("hello"));
    const changed = payload.slice();
    changed.fill((changed[40] ?? 0) ^ 1, 40, 41);
    await expect(room.at(1).decrypt(epoch, changed)).rejects.toMatchObject({ code: "seal" });
    await room.remove(room.at(0));
    await expect(room.at(1).decrypt(epoch + 1n, payload)).rejects.toMatchObject({ code: "seal" });
    await expect(room.at(1).decrypt(epoch + 9n, payload)).rejects.toMatchObject({ code: "epoch" });
    expect((await room.at(1).decrypt(epoch, payload)).data).toEqual(text("hello"));
  });

  test("of a sender who is gone by now still name it", async () => {
    const room = await Room.of(3);
    const late = await room.at(2).encrypt(text("last words"));
    await room.remove(room.at(0), [room.at(2)]);
    const { from } = await room.at(1).decrypt(late.epoch, late.payload);
    expect(from.alias).toBe("member 3");
  });

  test("many at once use each key once", async () => {
    const room = await Room.of(2);
    const sent = await Promise.all([1, 2, 3, 4, 5, 6].map((n) => room.at(0).encrypt(text(`${n}`))));
    const heard = await Promise.all(sent.map((s) => room.at(1).decrypt(s.epoch, s.payload)));
    expect(heard.map(({ data }) => data)).toEqual(["1", "2", "3", "4", "5", "6"].map(text));
  });

  test("that were skipped can be read later", async () => {
    const room = await Room.of(2);
    const sent = [];
    for (let n = 0; n < 50; n += 1) sent.push(await room.at(0).encrypt(text(`${n}`)));
    for (const { epoch, payload } of sent.reverse()) await room.at(1).decrypt(epoch, payload);
  });
});

describe("an own commit", () => {
  test("takes effect at once when accepted, and not before", async () => {
    const room = await Room.of(2);
    const phrase = room.at(0).safetyPhrase();
    const pending = await room.at(0).commitRemoval([]);
    expect(room.at(0).safetyPhrase()).toEqual(phrase);
    const before = await room.at(0).encrypt(text("in the old epoch"));
    expect(before.epoch).toBe(1n);
    // Even while something else is under way.
    const during = room.at(0).encrypt(text("still the old epoch"));
    pending.accept();
    expect(room.at(0).epoch).toBe(2n);
    await room.at(1).applyCommit(1n, 1, pending.commit);
    for (const { epoch, payload } of [before, await during]) {
      await room.at(1).decrypt(epoch, payload);
    }
    expect(room.at(1).safetyPhrase()).toEqual(room.at(0).safetyPhrase());
    expect(room.at(1).safetyPhrase()).not.toEqual(phrase);
  });

  test("keeps what was read meanwhile read", async () => {
    const room = await Room.of(2);
    const pending = await room.at(0).commitRemoval([]);
    const { epoch, payload } = await room.at(1).encrypt(text("once"));
    await room.at(0).decrypt(epoch, payload);
    pending.accept();
    await expect(room.at(0).decrypt(epoch, payload)).rejects.toMatchObject({ code: "mls" });
  });

  test("is one at a time, and settled once", async () => {
    const room = await Room.of(2);
    const pending = await room.at(0).commitRemoval([]);
    await expect(room.at(0).commitRemoval([])).rejects.toMatchObject({ code: "state" });
    pending.discard();
    expect(() => pending.accept()).toThrow(expect.objectContaining({ code: "state" }));
    const again = await room.at(0).commitRemoval([]);
    await room.at(1).applyCommit(1n, 1, again.commit);
    again.accept();
    expect(room.at(0).safetyPhrase()).toEqual(room.at(1).safetyPhrase());
  });

  test("that another one overtook can only be discarded", async () => {
    const room = await Room.of(2);
    const mine = await room.at(0).commitRemoval([]);
    const theirs = await room.at(1).commitRemoval([]);
    await room.at(0).applyCommit(1n, 2, theirs.commit);
    expect(() => mine.accept()).toThrow(expect.objectContaining({ code: "state" }));
    theirs.accept();
    expect(room.at(0).safetyPhrase()).toEqual(room.at(1).safetyPhrase());
    const { epoch, payload } = await room.at(0).encrypt(text("on"));
    await room.at(1).decrypt(epoch, payload);
  });

  test("removes others only", async () => {
    const room = await Room.of(2);
    const wrong = [random(16), room.at(0).identity];
    for (const identity of wrong) {
      const removal = room.at(0).commitRemoval([identity]);
      await expect(removal).rejects.toMatchObject({ code: "state" });
    }
    const [effect] = await room.remove(room.at(1), [room.at(0)]);
    expect(effect).toMatchObject({ selfRemoved: true, by: { alias: "member 2" } });
  });
});

describe("others' commits", () => {
  test("tell who joined, who was removed by whom, and who came back", async () => {
    const room = await Room.of(3);
    const [effect] = await room.remove(room.at(0), [room.at(2)]);
    expect(effect).toMatchObject({
      removed: [{ alias: "member 3", memberNumber: 3 }],
      by: { alias: "member 1" },
      selfRemoved: false,
    });
    const [, seat] = room.seats;
    if (seat === undefined) throw new Error("nobody sits there");
    const back = await Member.join(seat.params, room.epoch, room.groupState);
    const others = await room.at(0).applyCommit(room.epoch, 2, back.commit);
    expect(others).toMatchObject({ resynced: { alias: "member 2" }, removed: [] });
    expect(others.joined).toBeUndefined();
    const stale = await seat.member.applyCommit(room.epoch, 2, back.commit);
    expect(stale).toMatchObject({ selfRemoved: true, resynced: { alias: "member 2" } });
    await expect(seat.member.encrypt(text(""))).rejects.toMatchObject({ code: "removed" });
  });

  test("of another epoch are refused by that reason", async () => {
    const room = await Room.of(2);
    const pending = await room.at(1).commitRemoval([]);
    await room.at(0).applyCommit(1n, 2, pending.commit);
    const again = room.at(0).applyCommit(1n, 2, pending.commit);
    await expect(again).rejects.toMatchObject({ code: "epoch" });
  });
});

test("a kick gives the others the new secrets, and only them", async () => {
  const room = await Room.of(3);
  const fresh = {
    root: random(32),
    linkSecret: random(24),
    password: "correct horse",
    roomName: "Tea",
  };
  const kick = await room.at(0).commitKick(room.at(2).identity, fresh);
  expect(kick.evicted).toEqual([3]);
  const late = await room.at(1).encrypt(text("late"));
  const effect = await room.at(1).applyCommit(2n, 1, kick.commit);
  const kicked = await room.at(2).applyCommit(2n, 1, kick.commit);
  kick.accept();
  expect(kicked.rekey).toBeUndefined();
  expect(kicked.selfRemoved).toBe(true);
  expect(effect.rekey?.password).toBe("correct horse");
  expect(effect.rekey?.linkSecret).toEqual(fresh.linkSecret);
  const secrets = await RoomSecrets.fromRoot(fresh.root, room.roomId);
  expect(effect.rekey?.secrets.admissionKey).toEqual(kick.admissionKey);
  expect(secrets.admissionKey).toEqual(kick.admissionKey);
  // What was sealed under the old key is still read, what follows is under the new one.
  expect((await room.at(0).decrypt(late.epoch, late.payload)).data).toEqual(text("late"));
  const old = Member.join(room.params(), 3n, kick.groupState);
  await expect(old).rejects.toMatchObject({ code: "seal" });
  const joined = await Member.join({ ...room.params(), secrets }, 3n, kick.groupState);
  await room.at(0).applyCommit(3n, 5, joined.commit);
  await room.at(1).applyCommit(3n, 5, joined.commit);
  expect(joined.accept().safetyPhrase()).toEqual(room.at(1).safetyPhrase());
});

describe("the roster", () => {
  test("leaves out entries that are not signed by their leaf", async () => {
    const room = await Room.of(2);
    const { sealKey } = room.secrets;
    const state = await openGroupState(sealKey, room.roomId, 1n, room.groupState);
    const [first, second] = state.roster as [RosterEntry, RosterEntry];
    const forged = await signEntry(room.roomId, { ...first, alias: "mallory" }, random(32));
    const stray = { ...second, identity: random(16) };
    const roster = [forged, second, { ...second, alias: "twice" }, stray];
    const content = encodeGroupState({ groupInfo: state.groupInfo, roster });
    const aad = groupAad(room.roomId, SealKind.GroupState, 1n);
    const pending = await Member.join(room.params(), 1n, await seal(sealKey, aad, content));
    const member = pending.accept();
    expect(member.roster.map(({ alias, memberNumber }) => [alias, memberNumber])).toEqual([
      [undefined, 0],
      ["member 2", 2],
      ["member 3", 3],
    ]);
  });

  test("is that of one's own room", async () => {
    const [one, other] = [random(16), random(16)];
    const { identity, signatureSeed } = newIdentity();
    const params = {
      roomId: one,
      secrets: await RoomSecrets.fromRoot(random(32), one),
      alias: "a",
      memberNumber: 1,
      identity,
      signatureSeed,
    };
    const { state } = await createEpoch(params, await cipherSuite());
    const entry = await signEntry(other, { identity, member: 1, alias: "a" }, signatureSeed);
    const roster = await Roster.verified(one, [entry], state.ratchetTree);
    expect(roster.entriesFor(state.ratchetTree)).toEqual([]);
  });
});

describe("secrets", () => {
  test("of a member that was wiped are zeros, and nothing works any more", async () => {
    const room = await Room.of(2);
    const params = room.params();
    const suite = await cipherSuite();
    const { next } = await joinEpoch(params, room.epoch, room.groupState, suite);
    const before = secretsOf(next.state);
    next.wipe();
    expect(before.length).toBeGreaterThan(10);
    expect(before.every((secret) => secret.every((byte) => byte === 0))).toBe(true);
    const member = room.at(0);
    member.wipe();
    expect(() => member.safetyPhrase()).toThrow(expect.objectContaining({ code: "removed" }));
    await expect(member.encrypt(text(""))).rejects.toMatchObject({ code: "removed" });
    // The secrets of the room and the identity are the session's to wipe.
    expect(room.secrets.root.some((byte) => byte !== 0)).toBe(true);
    expect(room.seats[0]?.params.signatureSeed.some((byte) => byte !== 0)).toBe(true);
  });

  test("what is under way while a member is wiped fails", async () => {
    const room = await Room.of(2);
    const sending = room.at(0).encrypt(text("hello"));
    room.at(0).wipe();
    await expect(sending).rejects.toMatchObject({ code: "removed" });
  });

  test("of a room and of a session can be wiped", async () => {
    const secrets = await RoomSecrets.fromRoot(random(32), random(16));
    secrets.wipe();
    expect(equal(secrets.root, new Uint8Array(32))).toBe(true);
    expect(equal(secrets.copyPsk(), new Uint8Array(32))).toBe(true);
    const session = await SessionKeys.create();
    session.wipe();
    expect(equal(session.kept, new Uint8Array(64))).toBe(true);
  });
});

/** Every secret array that a state holds. */
function secretsOf(state: import("ts-mls/clientState.js").ClientState): Uint8Array[] {
  return [
    ...Object.values(state.keySchedule),
    ...Object.values(state.privatePath.privateKeys),
    ...state.secretTree.flatMap(({ application, handshake }) => [
      application.secret,
      handshake.secret,
    ]),
  ];
}
