/**
 * A hostile insider: somebody who knows link and password and speaks MLS well, but breaks the rules of the room. Everything
 * here is properly signed, tagged and sealed, so that the rule alone is what refuses it.
 */
import type { ClientState } from "ts-mls/clientState.js";
import { createCommit } from "ts-mls/createCommit.js";
import type { LeafNode } from "ts-mls/leafNode.js";
import { encodeMlsMessage } from "ts-mls/message.js";
import { protectApplicationData, protectProposal } from "ts-mls/messageProtection.js";
import type { PreSharedKeyID } from "ts-mls/presharedkey.js";
import type { Proposal } from "ts-mls/proposal.js";
import { RoomSecrets } from "../../src/e2ee";
import { openGroupState, sealCommit } from "../../src/e2ee/group-seals";
import { epochKeysOf, joinEpoch, type MemberParams } from "../../src/e2ee/join";
import type { Epoch } from "../../src/e2ee/mls/epoch";
import { commitByPlan } from "../../src/e2ee/mls/external-commit";
import { clientConfig, freshPskId, pskIndex } from "../../src/e2ee/mls/group";
import { verifyGroupInfo } from "../../src/e2ee/mls/group-info";
import { leafOf, placeholderLeaf } from "../../src/e2ee/mls/leaf";
import { cipherSuite } from "../../src/e2ee/mls/suite";
import { encodeEntry, type RosterEntry, signEntry } from "../../src/e2ee/roster";
import { groupAad, SealKind, seal } from "../../src/e2ee/seal";
import { type Person, toBytes, toHex } from "./player";
import type { Table } from "./table";

const NONE = new Uint8Array();

/** How an external commit departs from the rules. */
export interface JoinFault {
  /** Removes this leaf. */
  readonly remove?: number;
  readonly pskIds?: (right: PreSharedKeyID) => PreSharedKeyID[];
  readonly proposals?: (right: Proposal[]) => Proposal[];
  readonly leaf?: (right: LeafNode) => LeafNode;
  readonly entry?: (right: RosterEntry) => RosterEntry;
  readonly authenticatedData?: (right: Uint8Array) => Uint8Array;
  readonly rekey?: Uint8Array;
}

async function paramsOf(table: Table, person: Person): Promise<MemberParams> {
  const roomId = toBytes(table.roomId);
  return {
    roomId,
    secrets: await RoomSecrets.fromRoot(toBytes(table.root), roomId),
    alias: person.alias,
    memberNumber: person.member,
    identity: toBytes(person.identity),
    signatureSeed: toBytes(person.seed),
  };
}

/** A commit by somebody who joins, sealed. */
export async function rogueJoin(table: Table, person: Person, fault: JoinFault): Promise<string> {
  const suite = await cipherSuite();
  const params = await paramsOf(table, person);
  const { roomId, secrets } = params;
  const { sealKey, psk } = epochKeysOf(secrets);
  const epoch = BigInt(table.epoch);
  const { groupInfo } = await openGroupState(sealKey, roomId, epoch, toBytes(table.groupState));
  const group = await verifyGroupInfo(groupInfo, roomId, epoch, suite);
  const unsigned = { identity: params.identity, member: person.member, alias: person.alias };
  const entry = await signEntry(roomId, unsigned, params.signatureSeed);
  const authenticatedData = encodeEntry((fault.entry ?? same)(entry));
  const pskIds = (fault.pskIds ?? ((right) => [right]))(freshPskId(suite));
  const removes = fault.remove === undefined ? [] : [removal(fault.remove)];
  const psks = pskIds.map(
    (preSharedKeyId): Proposal => ({
      proposalType: "psk",
      psk: { preSharedKeyId },
    }),
  );
  const plan = {
    leaf: (fault.leaf ?? same)(await placeholderLeaf(params)),
    signatureSeed: params.signatureSeed,
    oldLeaf: fault.remove,
    psk,
    authenticatedData: (fault.authenticatedData ?? same)(authenticatedData),
    proposals: (init: Proposal) => (fault.proposals ?? same)([init, ...removes, ...psks]),
  };
  // The library finds no secret for another id; what such a proposal would mix in is not what it is refused for.
  const known = pskIds.filter((id) => pskIndex(psk).findPsk(id) !== undefined);
  const { commit } = await commitByPlan(group, { ...plan, pskIds: known }, suite);
  const content = { mlsMessage: commit, rekey: new Uint8Array(fault.rekey ?? NONE) };
  return toHex(await sealCommit(sealKey, roomId, epoch, content));
}

const same = <T>(right: T): T => right;

export function removal(removed: number): Proposal {
  return { proposalType: "remove", remove: { removed } };
}

/** The index of somebody's leaf, as the group state has it. */
export async function leafIndexOf(table: Table, identity: string): Promise<number> {
  const suite = await cipherSuite();
  const roomId = toBytes(table.roomId);
  const { sealKey } = await RoomSecrets.fromRoot(toBytes(table.root), roomId);
  const epoch = BigInt(table.epoch);
  const { groupInfo } = await openGroupState(sealKey, roomId, epoch, toBytes(table.groupState));
  const { tree } = await verifyGroupInfo(groupInfo, roomId, epoch, suite);
  const index = leafOf(tree, toBytes(identity))?.index;
  if (index === undefined) throw new Error("not in the tree");
  return index;
}

/** How a member's commit departs from the rules. */
export interface MemberFault {
  readonly proposals?: Proposal[];
  readonly inTheOpen?: boolean;
  readonly authenticatedData?: Uint8Array;
  /** Changes the state that the commit is made from: what it says of itself. */
  readonly state?: (right: ClientState) => ClientState;
  readonly rekey?: Uint8Array;
}

/** A member of the group whose library state lies open. */
export class RogueMember {
  private constructor(
    readonly person: Person,
    private readonly epoch: Epoch,
  ) {}

  /** Joins by the rules; the others at the table apply it. */
  static async join(table: Table): Promise<RogueMember> {
    const suite = await cipherSuite();
    const person = table.newPerson();
    const params = await paramsOf(table, person);
    const epoch = BigInt(table.epoch);
    const { message, next } = await joinEpoch(params, epoch, toBytes(table.groupState), suite);
    const content = { mlsMessage: message, rekey: NONE };
    const commit = toHex(await sealCommit(next.keys.sealKey, params.roomId, epoch, content));
    for (const p of table.players) await p.apply(table.epoch, person.member, commit);
    table.epoch += 1;
    return new RogueMember(person, next);
  }

  get leafIndex(): number {
    return this.epoch.state.privatePath.leafIndex;
  }

  /** A commit, sealed. */
  async commit(fault: MemberFault): Promise<string> {
    const suite = await cipherSuite();
    const { keys, roomId, number, state } = this.epoch;
    const context = {
      state: (fault.state ?? same)({ ...state, clientConfig }),
      pskIndex: pskIndex(keys.psk),
      cipherSuite: suite,
    };
    const { commit } = await createCommit(context, {
      extraProposals: fault.proposals ?? [],
      wireAsPublicMessage: fault.inTheOpen ?? false,
      authenticatedData: fault.authenticatedData ?? NONE,
    });
    const mlsMessage = new Uint8Array(encodeMlsMessage(commit));
    const content = { mlsMessage, rekey: new Uint8Array(fault.rekey ?? NONE) };
    return toHex(await sealCommit(keys.sealKey, roomId, number, content));
  }

  /** A proposal sent alone, as if it were a commit. */
  async lonelyProposal(proposal: Proposal): Promise<string> {
    const suite = await cipherSuite();
    const { keys, roomId, number, state } = this.epoch;
    const { privateMessage } = await protectProposal(
      state.signaturePrivateKey,
      state.keySchedule.senderDataSecret,
      proposal,
      NONE,
      state.groupContext,
      state.secretTree,
      this.leafIndex,
      clientConfig.paddingConfig,
      suite,
    );
    const message = {
      version: "mls10",
      wireformat: "mls_private_message",
      privateMessage,
    } as const;
    const content = { mlsMessage: new Uint8Array(encodeMlsMessage(message)), rekey: NONE };
    return toHex(await sealCommit(keys.sealKey, roomId, number, content));
  }

  /** A message with authenticated data, or of a group that its framing names otherwise. */
  async say(fault: { authenticatedData?: Uint8Array; groupId?: Uint8Array }): Promise<string> {
    const suite = await cipherSuite();
    const { keys, roomId, number, state } = this.epoch;
    const groupContext = { ...state.groupContext, groupId: fault.groupId ?? roomId };
    const { privateMessage, newSecretTree } = await protectApplicationData(
      state.signaturePrivateKey,
      state.keySchedule.senderDataSecret,
      toBytes("00"),
      fault.authenticatedData ?? NONE,
      groupContext,
      state.secretTree,
      this.leafIndex,
      clientConfig.paddingConfig,
      suite,
    );
    this.epoch.state = { ...state, secretTree: newSecretTree };
    const message = {
      version: "mls10",
      wireformat: "mls_private_message",
      privateMessage,
    } as const;
    const aad = groupAad(roomId, SealKind.Message, number);
    return toHex(await seal(keys.sealKey, aad, encodeMlsMessage(message)));
  }
}
