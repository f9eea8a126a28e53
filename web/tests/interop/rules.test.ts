/**
 * What breaks the rules of docs/PROTOCOL.md, section 8.4 is refused by both implementations, and changes nothing: if one took
 * what the other refuses, a hostile insider could split the room.
 */
import type { LeafNode } from "ts-mls/leafNode.js";
import type { Proposal } from "ts-mls/proposal.js";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { random, utf8 } from "../../src/e2ee/bytes";
import { creatorLeaf } from "../../src/e2ee/mls/leaf";
import { cipherSuite } from "../../src/e2ee/mls/suite";
import { Peer } from "./peer";
import { type Person, randomHex, toBytes } from "./player";
import {
  type JoinFault,
  leafIndexOf,
  type MemberFault,
  RogueMember,
  removal,
  rogueJoin,
} from "./rogue";
import { Table } from "./table";

let peer: Peer;
beforeAll(() => {
  peer = new Peer();
});
afterAll(() => peer.end());

let table: Table;
beforeEach(async () => {
  table = new Table(peer);
  await table.found("ts");
  await table.join("rust");
  await table.join("ts");
});
afterEach(() => table.clear());

/** Everybody refuses the commit, and all still agree. */
async function expectRefusal(commit: string, member: number): Promise<void> {
  for (const p of table.players) {
    const before = await p.state();
    const applied = p.apply(table.epoch, member, commit);
    await expect(applied, `${p.kind} takes it`).rejects.toThrow();
    expect(await p.state()).toEqual(before);
  }
}

describe("external commits", () => {
  async function refuse(fault: JoinFault, person: Person = table.newPerson()) {
    await expectRefusal(await rogueJoin(table, person, fault), person.member);
    await table.join("rust");
    await table.check();
  }

  test("one without a fault is taken, so that what follows proves something", async () => {
    const person = table.newPerson();
    const commit = await rogueJoin(table, person, {});
    for (const p of table.players) {
      const effect = await p.apply(table.epoch, person.member, commit);
      expect(effect.joined).toBe(person.identity);
    }
  });

  test("without a pre-shared key", () => refuse({ pskIds: () => [] }));
  test("with two pre-shared keys", () =>
    refuse({ pskIds: (right) => [right, { ...right, pskNonce: random(32) }] }));
  test("with a pre-shared key of another id", () =>
    refuse({ pskIds: (right) => [{ ...right, pskId: utf8("psk") }] }));
  test("with a nonce of another length", () =>
    refuse({ pskIds: (right) => [{ ...right, pskNonce: random(31) }] }));

  test("without an ExternalInit", () => refuse({ proposals: ([, ...rest]) => rest }));
  test("with two ExternalInits", () =>
    refuse({ proposals: (all) => [...all.slice(0, 1), ...all] }));
  test("with the same pre-shared key twice", () => refuse({ pskIds: (right) => [right, right] }));
  test("removing its own leaf twice", async () => {
    const { person } = await table.join("ts");
    const own = await leafIndexOf(table, person.identity);
    await refuse({ remove: own, proposals: (all) => [...all, removal(own)] }, person);
  });

  test("removing another's leaf", () => refuse({ remove: 1 }));
  test("removing a blank leaf", () => refuse({ proposals: (all) => [...all, removal(3)] }));
  test("removing its own leaf and another's", async () => {
    const { person } = await table.join("ts");
    const own = await leafIndexOf(table, person.identity);
    await refuse({ remove: own, proposals: (all) => [...all, removal(0)] }, person);
  });

  test("with an Add", async () => {
    const add = await addProposal();
    await refuse({ proposals: (all) => [...all, add] });
  });
  test("with other group context extensions", () =>
    refuse({ proposals: (all) => [...all, CONTEXT_EXTENSIONS] }));
  test("with a ReInit", () => refuse({ proposals: (all) => [...all, REINIT] }));
  test("with a custom proposal", () => refuse({ proposals: (all) => [...all, CUSTOM] }));

  test("under an identity that stands in the tree, without removing it", async () => {
    const [first] = table.players;
    const person = { ...table.newPerson(), identity: first?.person.identity ?? "" };
    await refuse({}, person);
  });
  test("with an identity of another length", () => refuse({ leaf: withIdentity(random(15)) }));
  test("coming back with another signature key", async () => {
    const { person } = await table.join("ts");
    const remove = await leafIndexOf(table, person.identity);
    await refuse({ remove }, { ...person, seed: randomHex(32) });
  });
  test("with the signature key of another member", async () => {
    const [, second] = table.players;
    await refuse({}, { ...table.newPerson(), seed: second?.person.seed ?? "" });
  });

  test("with capabilities that are not ours", () =>
    refuse({
      leaf: (leaf) => ({
        ...leaf,
        capabilities: { ...leaf.capabilities, extensions: [0xff00], proposals: [0xff00] },
      }),
    }));
  test("with an extension in the leaf", () =>
    refuse({
      leaf: (leaf) => ({
        ...leaf,
        extensions: [{ extensionType: "application_id", extensionData: random(4) }],
      }),
    }));

  test("without a roster entry", () => refuse({ authenticatedData: () => new Uint8Array() }));
  test("with a byte after the roster entry", () =>
    refuse({ authenticatedData: (right) => new Uint8Array([...right, 0]) }));
  test("with an alias that was changed after signing", () =>
    refuse({ entry: (right) => ({ ...right, alias: "somebody else" }) }));
  test("with another's identity in the roster entry", () =>
    refuse({ entry: (right) => ({ ...right, identity: random(16) }) }));
  test("with another member number in the roster entry", () =>
    refuse({ entry: (right) => ({ ...right, member: right.member + 1 }) }));
  test("with an alias that reaches out of its place", () =>
    refuse({}, { ...table.newPerson(), alias: "mallory\u202e" }));
  test("with white space around the alias", () =>
    refuse({}, { ...table.newPerson(), alias: " mallory" }));

  test("with a rekey", () => refuse({ rekey: random(300) }));

  test("under another member number than the relay names", async () => {
    const person = table.newPerson();
    await expectRefusal(await rogueJoin(table, person, {}), person.member + 1);
  });
});

describe("member commits", () => {
  async function refuse(fault: MemberFault | ((rogue: RogueMember) => MemberFault)) {
    const rogue = await RogueMember.join(table);
    const chosen = typeof fault === "function" ? fault(rogue) : fault;
    await expectRefusal(await rogue.commit(chosen), rogue.person.member);
  }

  test("one without a fault is taken, so that what follows proves something", async () => {
    const rogue = await RogueMember.join(table);
    const commit = await rogue.commit({ proposals: [removal(1)] });
    const [first] = table.players;
    const effect = await first?.apply(table.epoch, rogue.person.member, commit);
    expect(effect?.removed).toHaveLength(1);
  });

  test("sent in the open", () => refuse({ inTheOpen: true }));
  test("with authenticated data", () => refuse({ authenticatedData: random(3) }));
  test("with a pre-shared key", async () => {
    const suite = await cipherSuite();
    const pskId = utf8("sanctuary/1 external psk");
    const preSharedKeyId = {
      psktype: "external",
      pskId,
      pskNonce: random(suite.kdf.size),
    } as const;
    await refuse({ proposals: [{ proposalType: "psk", psk: { preSharedKeyId } }] });
  });
  test("with an Add", async () => refuse({ proposals: [await addProposal()] }));
  test("with other group context extensions", () => refuse({ proposals: [CONTEXT_EXTENSIONS] }));
  test("with a custom proposal and a removal", () => refuse({ proposals: [CUSTOM, removal(1)] }));
  test("with a ReInit", () => refuse({ proposals: [REINIT] }));

  test("that changes the committer's identity", () =>
    refuse((rogue) => ({ state: withOwnLeaf(rogue.leafIndex, withIdentity(random(16))) })));
  test("that takes another's identity", () => {
    const [first] = table.players;
    const identity = toBytes(first?.person.identity ?? "");
    return refuse((rogue) => ({ state: withOwnLeaf(rogue.leafIndex, withIdentity(identity)) }));
  });
  test("that changes the committer's capabilities", () =>
    refuse((rogue) => ({
      state: withOwnLeaf(rogue.leafIndex, (leaf) => ({
        ...leaf,
        capabilities: { ...leaf.capabilities, extensions: [0xff00] },
      })),
    })));

  test("with a rekey that does not open", async () => {
    const target = await table.join("ts");
    const removed = await leafIndexOf(table, target.person.identity);
    const rogue = await RogueMember.join(table);
    const commit = await rogue.commit({ proposals: [removal(removed)], rekey: random(300) });
    // Who is removed cannot open the rekey, and does not care.
    table.players = table.players.filter((p) => p !== target);
    await expectRefusal(commit, rogue.person.member);
  });
  test("with a rekey but without a removal", () => refuse({ rekey: random(300) }));

  test("a proposal sent alone", async () => {
    const rogue = await RogueMember.join(table);
    const proposal = await rogue.lonelyProposal(removal(1));
    await expectRefusal(proposal, rogue.person.member);
  });
});

describe("messages", () => {
  test.each([
    ["with authenticated data", { authenticatedData: random(3) }],
    ["that name another group", { groupId: random(16) }],
  ])("%s", async (_, fault) => {
    const rogue = await RogueMember.join(table);
    const payload = await rogue.say(fault);
    for (const p of table.players) {
      await expect(p.hear(table.epoch, payload), `${p.kind} reads it`).rejects.toThrow();
    }
    const right = await rogue.say({});
    for (const p of table.players) {
      expect((await p.hear(table.epoch, right)).from).toBe(rogue.person.identity);
    }
  });
});

const CONTEXT_EXTENSIONS: Proposal = {
  proposalType: "group_context_extensions",
  groupContextExtensions: { extensions: [] },
};

const REINIT: Proposal = {
  proposalType: "reinit",
  reinit: {
    groupId: random(16),
    version: "mls10",
    cipherSuite: "MLS_128_DHKEMX25519_AES128GCM_SHA256_Ed25519",
    extensions: [],
  },
};

const CUSTOM: Proposal = { proposalType: 0xff00, proposalData: new Uint8Array([1]) };

async function addProposal(): Promise<Proposal> {
  const suite = await cipherSuite();
  const keys = { identity: random(16), signatureSeed: random(32) };
  const { leaf: leafNode } = await creatorLeaf(keys, suite);
  const pair = await suite.hpke.generateKeyPair();
  const tbs = {
    version: "mls10" as const,
    cipherSuite: suite.name,
    initKey: await suite.hpke.exportPublicKey(pair.publicKey),
    leafNode,
    extensions: [],
  };
  const { signKeyPackage } = await import("ts-mls/keyPackage.js");
  const keyPackage = await signKeyPackage(tbs, keys.signatureSeed, suite.signature);
  return { proposalType: "add", add: { keyPackage } };
}

function withIdentity(identity: Uint8Array): (leaf: LeafNode) => LeafNode {
  return (leaf) => ({ ...leaf, credential: { credentialType: "basic", identity } });
}

/** A state whose own leaf is another: the commit's path will bring it to everybody. */
function withOwnLeaf(
  leafIndex: number,
  change: (leaf: LeafNode) => LeafNode,
): NonNullable<MemberFault["state"]> {
  return (state) => ({
    ...state,
    ratchetTree: state.ratchetTree.map((node, i) =>
      i === leafIndex * 2 && node?.nodeType === "leaf"
        ? { nodeType: "leaf", leaf: change(node.leaf) }
        : node,
    ),
  });
}
