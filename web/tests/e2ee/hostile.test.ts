/**
 * Hostile bytes from somebody who has the seal key: whatever stands inside a seal, it is refused by this layer's own error, and
 * nothing changes.
 */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decodeMessage, E2eeError, Member, parseLink } from "../../src/e2ee";
import { openCommit, openGroupState, sealCommit } from "../../src/e2ee/group-seals";
import { decodeMls } from "../../src/e2ee/mls/encoding";
import {
  decodeCommitContent,
  decodeGroupState,
  decodeRekey,
  encodeGroupState,
} from "../../src/e2ee/payload";
import { decodeEntry } from "../../src/e2ee/roster";
import { groupAad, open, pad, paddedLength, SealKind, seal, unpad } from "../../src/e2ee/seal";
import { decodeCapsule } from "../../src/e2ee/session-keys";
import { Room } from "./room";

/** How many changed bytes to try of each message; they are spread over its whole length. */
const CHANGES = 60;

const bytes = fc.uint8Array({ maxLength: 300 });

describe("any bytes", () => {
  const decoders = {
    decodeMessage,
    decodeMls,
    decodeGroupState,
    decodeCommitContent,
    decodeRekey,
    decodeEntry,
    decodeCapsule,
  };
  test.each(Object.entries(decoders))("%s throws E2eeError or nothing", (_, decode) => {
    fc.assert(
      fc.property(bytes, (input) => {
        try {
          decode(input);
        } catch (error) {
          expect(error).toBeInstanceOf(E2eeError);
        }
      }),
    );
  });

  test("a link is read or not, without a throw", () => {
    fc.assert(fc.property(fc.string(), (text) => void parseLink(text)));
    fc.assert(fc.property(fc.webUrl({ withFragments: true }), (text) => void parseLink(text)));
  });

  test("padding comes off again, and its length is a size class", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 3000 }), (content) => {
        const padded = pad(content);
        expect(padded.length).toBe(paddedLength(content.length));
        expect(unpad(padded)).toEqual(new Uint8Array(content));
      }),
    );
  });
});

/** Copies of a message, each with one byte changed. */
function* changed(message: Uint8Array): Generator<Uint8Array> {
  const step = Math.max(1, Math.floor(message.length / CHANGES));
  for (let i = 0; i < message.length; i += step) {
    const copy = message.slice();
    copy[i] = (copy[i] ?? 0) ^ (1 << (i % 8));
    yield copy;
  }
}

const isOurs = expect.objectContaining({ name: "E2eeError" });

describe("with one byte changed inside the seal", () => {
  test("a commit of a joiner is refused", async () => {
    const room = await Room.of(2);
    const params = room.params();
    const pending = await Member.join(params, room.epoch, room.groupState);
    await refuseChanges(room, pending.commit, params.memberNumber);
    for (const { member } of room.seats) {
      await member.applyCommit(room.epoch, params.memberNumber, pending.commit);
    }
    expect(pending.accept().safetyPhrase()).toEqual(room.at(0).safetyPhrase());
  });

  test("a commit of a member is refused", async () => {
    const room = await Room.of(3);
    const pending = await room.at(2).commitRemoval([room.at(1).identity]);
    await refuseChanges(room, pending.commit, 3);
    await room.at(0).applyCommit(room.epoch, 3, pending.commit);
    pending.accept();
    expect(room.at(0).safetyPhrase()).toEqual(room.at(2).safetyPhrase());
  });

  async function refuseChanges(room: Room, commit: Uint8Array, number: number): Promise<void> {
    const { roomId, epoch, secrets } = room;
    const { mlsMessage, rekey } = await openCommit(secrets.sealKey, roomId, epoch, commit);
    const phrase = room.at(0).safetyPhrase();
    for (const hostile of changed(mlsMessage)) {
      const content = { mlsMessage: new Uint8Array(hostile), rekey };
      const sealed = await sealCommit(secrets.sealKey, roomId, epoch, content);
      await expect(room.at(0).applyCommit(epoch, number, sealed)).rejects.toEqual(isOurs);
    }
    expect(room.at(0).safetyPhrase()).toEqual(phrase);
    expect(room.at(0).epoch).toBe(epoch);
  }

  test("a group state is refused", async () => {
    const room = await Room.of(3);
    const { roomId, epoch, secrets, groupState } = room;
    const { sealKey } = secrets;
    const { groupInfo, roster } = await openGroupState(sealKey, roomId, epoch, groupState);
    const aad = groupAad(roomId, SealKind.GroupState, epoch);
    for (const hostile of changed(groupInfo)) {
      const content = encodeGroupState({ groupInfo: new Uint8Array(hostile), roster });
      const joining = Member.join(room.params(), epoch, await seal(sealKey, aad, content));
      await expect(joining).rejects.toEqual(isOurs);
    }
  });

  test("a message is refused, and the right one is still read", async () => {
    const room = await Room.of(2);
    const { epoch, payload } = await room.at(0).encrypt(new TextEncoder().encode("hello"));
    const aad = groupAad(room.roomId, SealKind.Message, epoch);
    const message = await open(room.secrets.sealKey, aad, payload);
    for (const hostile of changed(message)) {
      const sealed = await seal(room.secrets.sealKey, aad, hostile);
      await expect(room.at(1).decrypt(epoch, sealed)).rejects.toEqual(isOurs);
    }
    expect((await room.at(1).decrypt(epoch, payload)).from.alias).toBe("member 1");
  });
});

test("the group state of another room or epoch is refused", async () => {
  const [room, other] = await Promise.all([Room.of(1), Room.of(1)]);
  const { secrets, roomId } = room;
  // Under our own seal: the relay cannot do this, but whoever knows the password can.
  const theirs = await openGroupState(other.secrets.sealKey, other.roomId, 0n, other.groupState);
  const aad = groupAad(roomId, SealKind.GroupState, 0n);
  const sealed = await seal(secrets.sealKey, aad, encodeGroupState(theirs));
  const joining = Member.join(room.params(), 0n, sealed);
  await expect(joining).rejects.toMatchObject({ code: "policy" });
  const late = Member.join(room.params(), 1n, room.groupState);
  await expect(late).rejects.toMatchObject({ code: "seal" });
});
