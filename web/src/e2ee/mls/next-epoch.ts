/**
 * The epoch that follows another one: by an own commit, by another member's, by somebody who joins. Nothing here changes the
 * epoch that it starts from, so that a commit that fails a check leaves no trace.
 */
import type { ClientState } from "ts-mls/clientState.js";
import { createCommit } from "ts-mls/createCommit.js";
import type { CiphersuiteImpl } from "ts-mls/crypto/ciphersuite.js";
import { unprotectPublicMessage } from "ts-mls/messageProtectionPublic.js";
import type { PrivateMessage } from "ts-mls/privateMessage.js";
import { processPrivateMessage, processPublicMessage } from "ts-mls/processMessages.js";
import type { Proposal } from "ts-mls/proposal.js";
import { emptyPskIndex } from "ts-mls/pskIndex.js";
import type { PublicMessage } from "ts-mls/publicMessage.js";
import type { Bytes } from "../bytes";
import { E2eeError } from "../error";
import type { RosterEntry, RosterMember } from "../roster";
import { encodeMls } from "./encoding";
import type { Epoch } from "./epoch";
import { byRfc9420, require } from "./failure";
import { pskIndex } from "./group";
import {
  areMemberProposals,
  checkExternalCommit,
  checkMemberCommit,
  checkPrivateMessage,
  checkRename,
  requireSoundTree,
} from "./policy";
import { withoutBlankNodes } from "./wipe";

/** An own commit, to be sent, and the state that it leads to. */
export interface OwnCommit {
  readonly message: Bytes;
  readonly state: ClientState;
}

/** What another's commit does. */
export interface TheirCommit {
  /** Undefined if it removes this member, which cannot follow. */
  readonly state: ClientState | undefined;
  /** Who joined or came back. */
  readonly entry: RosterEntry | undefined;
  /** The author's new entry, if it takes another alias. */
  readonly renamed: RosterEntry | undefined;
  /** A member commit's author. */
  readonly by: RosterMember | undefined;
  /** For an external commit, the joiner's own old leaf; for a member commit, those it throws out. */
  readonly removed: readonly RosterMember[];
  /** Secrets of the old epoch to erase once the new one is taken up. */
  readonly consumed: readonly Uint8Array[];
}

/**
 * Make a commit that removes leaves; with none, it only brings fresh keys, and a new roster entry of its author as its
 * authenticated data if there is one.
 */
export async function makeCommit(
  base: Epoch,
  leaves: readonly number[],
  suite: CiphersuiteImpl,
  authenticatedData: Uint8Array = new Uint8Array(),
): Promise<OwnCommit> {
  const extraProposals = leaves.map(
    (removed): Proposal => ({
      proposalType: "remove",
      remove: { removed },
    }),
  );
  const context = { state: base.state, pskIndex: emptyPskIndex, cipherSuite: suite };
  const { newState, commit } = await createCommit(context, { extraProposals, authenticatedData });
  await base.spendHandshakeKey(suite);
  return { message: encodeMls(commit), state: settled(newState) };
}

/** Process a PublicMessage: somebody joins, or comes back. */
export async function followExternalCommit(
  base: Epoch,
  message: PublicMessage,
  member: number,
  suite: CiphersuiteImpl,
): Promise<TheirCommit> {
  const tree = base.state.ratchetTree;
  const { entry, oldLeaf } = await checkExternalCommit(tree, message, base.place, member);
  const removed = base.members.filter(({ leafIndex }) => leafIndex === oldLeaf?.index);
  const { membershipKey } = base.state.keySchedule;
  const said = { entry, renamed: undefined, by: undefined, removed };
  if (oldLeaf?.index === base.state.privatePath.leafIndex) {
    // Another tab of our own came back. We are out, and cannot compute what follows: the signature is what we can verify.
    const { groupContext } = base.state;
    await byRfc9420(() =>
      unprotectPublicMessage(membershipKey, groupContext, tree, message, suite),
    );
    return { ...said, state: undefined, consumed: [] };
  }
  const { newState, consumed } = await byRfc9420(() =>
    processPublicMessage(base.state, message, pskIndex(base.keys.psk), suite),
  );
  requireSoundTree(newState.ratchetTree);
  return { ...said, state: settled(newState), consumed };
}

/** Process a PrivateMessage with a commit: a member removes others, or brings fresh keys. */
export async function followMemberCommit(
  base: Epoch,
  message: PrivateMessage,
  member: number,
  suite: CiphersuiteImpl,
): Promise<TheirCommit> {
  checkPrivateMessage(message, "commit", base.place);
  const removedLeaves: number[] = [];
  let committer: number | undefined;
  const result = await byRfc9420(() =>
    processPrivateMessage(base.state, message, emptyPskIndex, suite, (incoming) => {
      if (incoming.kind !== "commit" || incoming.senderLeafIndex === undefined) return "reject";
      committer = incoming.senderLeafIndex;
      const proposals = incoming.proposals.map(({ proposal }) => proposal);
      if (!areMemberProposals(proposals)) return "reject";
      for (const p of proposals) {
        if (p.proposalType === "remove" && "remove" in p) removedLeaves.push(p.remove.removed);
      }
      return "accept";
    }),
  );
  const accepted = result.kind === "newState" && result.actionTaken === "accept";
  require(accepted && committer !== undefined, "another proposal than Remove in a member commit");
  const { newState, consumed } = result;
  const by = base.members.find(({ leafIndex }) => leafIndex === committer);
  const removed = base.members.filter(({ leafIndex }) => removedLeaves.includes(leafIndex));
  const renamed = await checkRename(
    base.state.ratchetTree,
    message.authenticatedData,
    committer,
    removedLeaves.length > 0,
    base.place,
    member,
  );
  const said = { entry: undefined, renamed, by, removed };
  if (newState.groupActiveState.kind !== "active") {
    return { ...said, state: undefined, consumed: [] };
  }
  checkMemberCommit(base.state.ratchetTree, newState.ratchetTree, committer);
  return { ...said, state: settled(newState), consumed };
}

/** A new state without what `Epoch` keeps in its own way, or nobody needs. */
function settled(state: ClientState): ClientState {
  if (state.groupActiveState.kind !== "active")
    throw new E2eeError("mls", "the group is not active");
  return { ...withoutBlankNodes(state), historicalReceiverData: new Map() };
}
