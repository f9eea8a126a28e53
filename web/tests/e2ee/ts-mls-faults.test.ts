/**
 * One test for each fault of ts-mls 1.6.4 that is patched (patches/README.md) or worked round, by its number there.
 *
 * What only another implementation can show is played against the Rust peer as well, in tests/interop.
 */
import { createCommit, createGroupInfoWithExternalPub } from "ts-mls/createCommit.js";
import type { CiphersuiteImpl } from "ts-mls/crypto/ciphersuite.js";
import { acceptAll } from "ts-mls/incomingMessageAction.js";
import { initializeEpoch } from "ts-mls/keySchedule.js";
import { processMessage, processPrivateMessage } from "ts-mls/processMessages.js";
import { addLeafNode, filteredDirectPath } from "ts-mls/ratchetTree.js";
import { toLeafIndex } from "ts-mls/treemath.js";
import { afterEach, describe, expect, test, vi } from "vitest";
import { Member } from "../../src/e2ee";
import { equal, random } from "../../src/e2ee/bytes";
import { createEpoch, type MemberParams } from "../../src/e2ee/join";
import { decodeMls } from "../../src/e2ee/mls/encoding";
import { Epoch } from "../../src/e2ee/mls/epoch";
import { commitByPlan } from "../../src/e2ee/mls/external-commit";
import { clientConfig, freshPskId, pskIndex } from "../../src/e2ee/mls/group";
import { groupInfoOf, type VerifiedGroup, verifyGroupInfo } from "../../src/e2ee/mls/group-info";
import { placeholderLeaf } from "../../src/e2ee/mls/leaf";
import {
  followExternalCommit,
  followMemberCommit,
  makeCommit,
} from "../../src/e2ee/mls/next-epoch";
import { requireSoundTree } from "../../src/e2ee/mls/policy";
import { cipherSuite } from "../../src/e2ee/mls/suite";
import { encodeEntry, signEntry } from "../../src/e2ee/roster";
import { Room } from "./room";

const suite = await cipherSuite();
afterEach(() => vi.restoreAllMocks());

/** An epoch of a lone member, whose library state lies open. */
async function loneEpoch(): Promise<{ epoch: Epoch; room: Room }> {
  const room = await Room.of(1);
  return { room, epoch: await createEpoch(room.params(), suite) };
}

function groupOf(epoch: Epoch): Promise<VerifiedGroup> {
  const { roomId, number } = epoch;
  return groupInfoOf(epoch.state, suite).then((m) => verifyGroupInfo(m, roomId, number, suite));
}

/** Somebody joins; both epochs that follow. */
async function joined(base: Epoch, params: MemberParams, psk = base.keys.psk) {
  const { roomId, identity, alias, memberNumber: member, signatureSeed } = params;
  const entry = await signEntry(roomId, { identity, alias, member }, signatureSeed);
  const pskId = freshPskId(suite);
  const plan = {
    leaf: await placeholderLeaf(params),
    signatureSeed,
    oldLeaf: undefined,
    pskIds: [pskId],
    psk,
    authenticatedData: encodeEntry(entry),
    proposals: (init: import("ts-mls/proposal.js").Proposal) => [
      init,
      { proposalType: "psk" as const, psk: { preSharedKeyId: pskId } },
    ],
  };
  const { commit, state } = await commitByPlan(await groupOf(base), plan, suite);
  const message = decodeMls(commit);
  if (message.wireformat !== "mls_public_message") throw new Error("not in the open");
  const theirs = await followExternalCommit(base, message.publicMessage, member, suite);
  if (theirs.state === undefined) throw new Error("out");
  const roster = base.roster.with(entry);
  return {
    theirs: new Epoch(roomId, theirs.state, roster, base.keys),
    ours: new Epoch(roomId, state, roster, base.keys),
  };
}

test("1: external_pub is an HPKEPublicKey with its own length", async () => {
  const { epoch } = await loneEpoch();
  const { info, externalPub } = await groupOf(epoch);
  const data = info.extensions.find((e) => e.extensionType === "external_pub")?.extensionData;
  // A vector of 1216 bytes: the two-byte length, then the key.
  expect(externalPub).toHaveLength(1216);
  expect(data?.slice(0, 2)).toEqual(Uint8Array.of(0x44, 0xc0));
  expect(data?.slice(2)).toEqual(externalPub);
  const stock = await createGroupInfoWithExternalPub({ ...epoch.state, clientConfig }, [], suite);
  expect(stock.extensions[0]?.extensionData).toHaveLength(1216);
});

test("2: an external commit carries the pre-shared key, and another one is refused", async () => {
  const { epoch, room } = await loneEpoch();
  const { theirs, ours } = await joined(epoch, room.params());
  expect(authenticator(theirs)).toEqual(authenticator(ours));
  await expect(joined(epoch, room.params(), random(32))).rejects.toMatchObject({ code: "mls" });
});

describe("3: while the left half of the tree is blank", () => {
  /** Four members, then the first two are gone; the epochs of the third and the fourth. */
  async function halfBlank(): Promise<{ third: Epoch; fourth: Epoch }> {
    const { epoch, room } = await loneEpoch();
    const two = await joined(epoch, room.params());
    const three = await joined(two.theirs, room.params());
    const four = await joined(three.ours, room.params());
    const { message, state } = await makeCommit(four.ours, [0, 1], suite);
    const fourth = new Epoch(room.roomId, state, four.ours.roster, four.ours.keys);
    return { fourth, third: await followed(four.theirs, message) };
  }

  test("the path's secrets are derived once for each of its nodes, and once for the commit", async () => {
    const { fourth } = await halfBlank();
    const { ratchetTree, privatePath } = fourth.state;
    const path = filteredDirectPath(toLeafIndex(privatePath.leafIndex), ratchetTree);
    expect(path).toHaveLength(1);
    const { recording, derived } = recordPaths();
    await makeCommit(fourth, [], recording);
    expect(derived()).toBe(path.length + 1);
  });

  test("who follows derives no more", async () => {
    const { third, fourth } = await halfBlank();
    const { message, state } = await makeCommit(fourth, [], suite);
    const { recording, derived } = recordPaths();
    const next = await followed(third, message, recording);
    expect(authenticator(next)).toEqual(state.keySchedule.epochAuthenticator);
    expect(derived()).toBe(1);
  });
});

test("4: who is removed by the only other member cannot compute the next epoch", async () => {
  const { epoch, room } = await loneEpoch();
  const { theirs, ours } = await joined(epoch, room.params());
  const { state } = await makeCommit(theirs, [ours.state.privatePath.leafIndex], suite);
  // The removed one knows the init secret, and can compute the new group context from the commit.
  const zeros = new Uint8Array(suite.kdf.size);
  const { initSecret } = ours.state.keySchedule;
  const guess = await initializeEpoch(initSecret, zeros, state.groupContext, zeros, suite.kdf);
  expect(guess.keySchedule.epochAuthenticator).not.toEqual(state.keySchedule.epochAuthenticator);
});

test("5: the only member comes back", async () => {
  const room = await Room.of(1);
  const [seat] = room.seats.splice(0);
  if (seat === undefined) throw new Error("nobody sits there");
  await room.join(seat.params);
  const second = await room.join();
  expect(room.at(0).safetyPhrase()).toEqual(second.safetyPhrase());
  expect(room.at(0).roster.map(({ alias }) => alias)).toEqual(["member 1", "member 2"]);
});

test("6: private messages are processed with the pre-shared keys at hand", async () => {
  const { epoch, room } = await loneEpoch();
  const { theirs, ours } = await joined(epoch, room.params());
  const state = { ...theirs.state, clientConfig };
  const index = pskIndex(epoch.keys.psk);
  const psk = { proposalType: "psk" as const, psk: { preSharedKeyId: freshPskId(suite) } };
  const context = { state, pskIndex: index, cipherSuite: suite };
  const { commit } = await createCommit(context, { extraProposals: [psk] });
  if (commit.wireformat !== "mls_private_message") throw new Error("not private");
  const { privateMessage } = commit;
  const other = { ...ours.state, clientConfig };
  // The one function for both kinds forgets them; ours is chosen by kind.
  const byOne = processMessage(commit, other, index, acceptAll, suite);
  await expect(byOne).rejects.toThrow("pskId");
  const byKind = await processPrivateMessage(other, privateMessage, index, suite);
  expect(byKind.kind).toBe("newState");
  // And our rules allow no such commit.
  const followed = followMemberCommit(ours, privateMessage, 1, suite);
  await expect(followed).rejects.toMatchObject({ code: "mls" });
});

test("7: past epochs are erased, all but the two newest", async () => {
  const retired: Epoch[] = [];
  const { retire } = Epoch.prototype;
  vi.spyOn(Epoch.prototype, "retire").mockImplementation(function (this: Epoch, next: Epoch) {
    retired.push(this);
    retire.call(this, next);
  });
  const room = await Room.of(2);
  for (let i = 0; i < 5; i += 1) await room.remove(room.at(i % 2));
  const mine = retired.filter((epoch) => epoch.state.privatePath.leafIndex === 0);
  expect(mine.map(({ number }) => number)).toEqual([0n, 1n, 2n, 3n, 4n, 5n]);
  for (const epoch of mine) {
    const { senderDataSecret, ...others } = epoch.state.keySchedule;
    expect(Object.values(others).every(isZero), "only reading is kept").toBe(true);
    const kept = epoch.number >= 4n;
    expect(isZero(senderDataSecret)).toBe(!kept);
    for (const { application, handshake } of epoch.state.secretTree) {
      expect(isZero(application.secret)).toBe(!kept);
      // Of a kept epoch, those that its commits have consumed are gone as well.
      if (!kept) expect(isZero(handshake.secret)).toBe(true);
    }
  }
  const current = room.at(0);
  expect(current.epoch).toBe(6n);
  expect(() => current.safetyPhrase()).not.toThrow();
});

test("8: a tree with unmerged leaves is refused, which the library validates wrongly", async () => {
  const { epoch, room } = await loneEpoch();
  const two = await joined(epoch, room.params());
  const three = await joined(two.ours, room.params());
  const { ratchetTree } = three.ours.state;
  expect(() => requireSoundTree(ratchetTree)).not.toThrow();
  // As an Add does it: the new leaf stands unmerged in every node above.
  const [added] = addLeafNode(ratchetTree, await placeholderLeaf(room.params()));
  expect(() => requireSoundTree(added)).toThrow(expect.objectContaining({ code: "policy" }));
});

test("a second commit after a discarded one uses another key", async () => {
  const room = await Room.of(2);
  const protect = vi.spyOn(Epoch.prototype, "spendHandshakeKey");
  const first = await room.at(0).commitRemoval([]);
  first.discard();
  await room.remove(room.at(0));
  expect(protect).toHaveBeenCalledTimes(2);
  expect(room.at(0)).toBeInstanceOf(Member);
});

async function followed(base: Epoch, message: Uint8Array, by = suite): Promise<Epoch> {
  const decoded = decodeMls(message);
  if (decoded.wireformat !== "mls_private_message") throw new Error("not private");
  const { state } = await followMemberCommit(base, decoded.privateMessage, 1, by);
  if (state === undefined) throw new Error("out");
  return new Epoch(base.roomId, state, base.roster, base.keys);
}

/** A suite that counts how often a path secret is derived from another one. */
function recordPaths(): { recording: CiphersuiteImpl; derived(): number } {
  let count = 0;
  const label = new TextEncoder().encode("MLS 1.0 path");
  const recording: CiphersuiteImpl = {
    ...suite,
    kdf: {
      ...suite.kdf,
      expand(prk, info, length) {
        // KDFLabel: two bytes of length, then the label with its own length (RFC 9420, section 8).
        if (equal(info.subarray(3, 3 + label.length), label) && info[2] === label.length)
          count += 1;
        return suite.kdf.expand(prk, info, length);
      },
    },
  };
  return { recording, derived: () => count };
}

function authenticator(epoch: Epoch): Uint8Array {
  return epoch.state.keySchedule.epochAuthenticator;
}

function isZero(secret: Uint8Array): boolean {
  return secret.every((byte) => byte === 0);
}
