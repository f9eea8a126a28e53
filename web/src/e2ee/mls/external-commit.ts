/**
 * External commits (RFC 9420, section 12.4.3.2) as docs/PROTOCOL.md, section 8.2 wants them: with the external PSK, and with
 * a Remove of the joiner's own old leaf if it has one. ts-mls cannot make the former, and throws where the joiner is the only
 * member; so this is composed of its parts.
 */
import { type ClientState, exportSecret, nextEpochContext } from "ts-mls/clientState.js";
import type { CiphersuiteImpl } from "ts-mls/crypto/ciphersuite.js";
import { deriveSecret } from "ts-mls/crypto/kdf.js";
import { createConfirmationTag, createContentCommitSignature } from "ts-mls/framedContent.js";
import type { GroupContext } from "ts-mls/groupContext.js";
import { initializeEpoch } from "ts-mls/keySchedule.js";
import type { LeafNode } from "ts-mls/leafNode.js";
import { protectPublicMessage } from "ts-mls/messageProtectionPublic.js";
import { pathToPathSecrets } from "ts-mls/pathSecrets.js";
import type { PreSharedKeyID } from "ts-mls/presharedkey.js";
import { type PrivateKeyPath, toPrivateKeyPath, updateLeafKey } from "ts-mls/privateKeyPath.js";
import type { Proposal } from "ts-mls/proposal.js";
import { accumulatePskSecret } from "ts-mls/pskIndex.js";
import { addLeafNode, type RatchetTree, removeLeafNode } from "ts-mls/ratchetTree.js";
import { createSecretTree } from "ts-mls/secretTree.js";
import { treeHashRoot } from "ts-mls/treeHash.js";
import {
  type LeafIndex,
  leafWidth,
  nodeToLeafIndex,
  toLeafIndex,
  toNodeIndex,
} from "ts-mls/treemath.js";
import { createUpdatePath, type PathSecret, type UpdatePath } from "ts-mls/updatePath.js";
import type { Bytes } from "../bytes";
import { encodeMls } from "./encoding";
import { clientConfig, freshPskId, pskIndex } from "./group";
import type { VerifiedGroup } from "./group-info";
import { type LeafKeys, leavesOf, placeholderLeaf } from "./leaf";

/** What a joiner brings. */
export interface Joiner {
  readonly keys: LeafKeys;
  readonly psk: Uint8Array;
  /** The index of its own old leaf, for a resync. */
  readonly oldLeaf: number | undefined;
  /** Its roster entry. */
  readonly authenticatedData: Uint8Array;
}

/** What an external commit is made of. Those of `createExternalCommit` keep the rules; tests make others as well. */
export interface Plan {
  /** Holds the joiner's place; key and signature are replaced. */
  readonly leaf: LeafNode;
  readonly signatureSeed: Uint8Array;
  /** The leaf that its place is computed without. */
  readonly oldLeaf: number | undefined;
  readonly pskIds: PreSharedKeyID[];
  readonly psk: Uint8Array;
  readonly authenticatedData: Uint8Array;
  proposals(externalInit: Proposal): Proposal[];
}

const WIREFORMAT = "mls_public_message";

/** Make the commit, as an MLSMessage, and the state of the epoch that it creates. */
export async function createExternalCommit(
  group: VerifiedGroup,
  joiner: Joiner,
  suite: CiphersuiteImpl,
): Promise<{ commit: Bytes; state: ClientState }> {
  const { keys, psk, oldLeaf, authenticatedData } = joiner;
  const pskId = freshPskId(suite);
  const proposals = (externalInit: Proposal): Proposal[] => [
    externalInit,
    ...(oldLeaf === undefined ? [] : [removal(oldLeaf)]),
    { proposalType: "psk", psk: { preSharedKeyId: pskId } },
  ];
  const leaf = await placeholderLeaf(keys);
  const { signatureSeed } = keys;
  const plan = { leaf, signatureSeed, oldLeaf, pskIds: [pskId], psk, authenticatedData, proposals };
  return commitByPlan(group, plan, suite);
}

function removal(removed: number): Proposal {
  return { proposalType: "remove", remove: { removed } };
}

/** Make any external commit. */
export async function commitByPlan(
  group: VerifiedGroup,
  plan: Plan,
  suite: CiphersuiteImpl,
): Promise<{ commit: Bytes; state: ClientState }> {
  const { groupContext } = group.info;
  const [tree, leafIndex] = placeLeaf(group.tree, plan.oldLeaf, plan.leaf);
  const path = await makePath(tree, leafIndex, groupContext, plan.signatureSeed, suite);
  const init = await exportSecret(group.externalPub, suite);
  const proposals = plan.proposals({
    proposalType: "external_init",
    externalInit: { kemOutput: init.enc },
  });
  const signed = await createContentCommitSignature(
    groupContext,
    WIREFORMAT,
    {
      proposals: proposals.map((proposal) => ({ proposalOrRefType: "proposal", proposal })),
      path: path.updatePath,
    },
    { senderType: "new_member_commit" },
    plan.authenticatedData,
    plan.signatureSeed,
    suite.signature,
  );
  const none = new Uint8Array(suite.kdf.size);
  const [pskSecret] = await accumulatePskSecret(plan.pskIds, pskIndex(plan.psk), suite, none);
  const state = await enterEpoch(group, plan, path, signed, init.secret, pskSecret, suite);
  for (const secret of [path.commitSecret, init.secret, pskSecret]) secret.fill(0);
  return { commit: await frame(state, signed, suite), state };
}

type SignedCommit = Awaited<ReturnType<typeof createContentCommitSignature>>;

/** The state after the commit (RFC 9420, section 8). */
async function enterEpoch(
  { info }: VerifiedGroup,
  { signatureSeed }: Plan,
  path: Path,
  { framedContent, signature }: SignedCommit,
  initSecret: Uint8Array,
  pskSecret: Uint8Array,
  suite: CiphersuiteImpl,
): Promise<ClientState> {
  const { kdf, hash } = suite;
  const groupContext = await nextEpochContext(
    info.groupContext,
    WIREFORMAT,
    framedContent,
    signature,
    await treeHashRoot(path.tree, hash),
    info.confirmationTag,
    hash,
  );
  const epoch = await initializeEpoch(initSecret, path.commitSecret, groupContext, pskSecret, kdf);
  const { confirmationKey } = epoch.keySchedule;
  const width = leafWidth(path.tree.length);
  const state: ClientState = {
    ratchetTree: path.tree,
    groupContext,
    secretTree: await createSecretTree(width, epoch.encryptionSecret, kdf),
    privatePath: path.privatePath,
    confirmationTag: await createConfirmationTag(
      confirmationKey,
      groupContext.confirmedTranscriptHash,
      hash,
    ),
    historicalReceiverData: new Map(),
    signaturePrivateKey: signatureSeed,
    keySchedule: epoch.keySchedule,
    unappliedProposals: {},
    groupActiveState: { kind: "active" },
    clientConfig,
  };
  for (const s of [epoch.joinerSecret, epoch.encryptionSecret, epoch.welcomeSecret]) s.fill(0);
  return state;
}

async function frame(
  state: ClientState,
  { framedContent, signature }: SignedCommit,
  suite: CiphersuiteImpl,
): Promise<Bytes> {
  const { confirmationTag } = state;
  const publicMessage = await protectPublicMessage(
    state.keySchedule.membershipKey,
    state.groupContext,
    {
      content: framedContent,
      auth: { signature, confirmationTag, contentType: "commit" },
      wireformat: WIREFORMAT,
    },
    suite,
  );
  return encodeMls({ version: "mls10", wireformat: WIREFORMAT, publicMessage });
}

/** The tree with the joiner's leaf in the place that everybody will give it. */
function placeLeaf(
  tree: RatchetTree,
  oldLeaf: number | undefined,
  leaf: LeafNode,
): [RatchetTree, LeafIndex] {
  // The only member comes back: removing its leaf leaves an empty tree, which the library cannot represent.
  if (oldLeaf !== undefined && leavesOf(tree).length === 1) {
    return [[{ nodeType: "leaf", leaf }], toLeafIndex(0)];
  }
  const rest = oldLeaf === undefined ? tree : removeLeafNode(tree, toLeafIndex(oldLeaf));
  const [placed, node] = addLeafNode(rest, leaf);
  return [placed, nodeToLeafIndex(toNodeIndex(node))];
}

interface Path {
  readonly tree: RatchetTree;
  readonly updatePath: UpdatePath;
  readonly privatePath: PrivateKeyPath;
  readonly commitSecret: Uint8Array;
}

/** Fresh keys from the joiner's leaf up to the root (RFC 9420, section 7.5). */
async function makePath(
  tree: RatchetTree,
  leafIndex: LeafIndex,
  context: GroupContext,
  signatureSeed: Uint8Array,
  suite: CiphersuiteImpl,
): Promise<Path> {
  const [newTree, updatePath, secrets, leafKey] = await createUpdatePath(
    tree,
    leafIndex,
    context,
    signatureSeed,
    suite,
  );
  const nodes = await toPrivateKeyPath(pathToPathSecrets(secrets), leafIndex, suite);
  const privatePath = updateLeafKey(nodes, await suite.hpke.exportPrivateKey(leafKey));
  const commitSecret = await commitSecretOf(secrets, suite);
  for (const { secret } of secrets) secret.fill(0);
  return { tree: newTree, updatePath, privatePath, commitSecret };
}

/** The secret that follows the last of the path; for the only member, whose path has none, a fresh one. */
async function commitSecretOf(secrets: readonly PathSecret[], suite: CiphersuiteImpl) {
  const last = secrets.at(-1);
  if (last === undefined) return suite.rng.randomBytes(suite.kdf.size);
  return deriveSecret(last.secret, "path", suite.kdf);
}
