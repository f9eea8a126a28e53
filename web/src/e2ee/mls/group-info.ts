/**
 * GroupInfo (RFC 9420, section 12.4.3): what a member uploads with each commit, and what a joiner starts from.
 *
 * Invariant: nothing of a GroupInfo is used before all of it was verified.
 */
import { type ClientState, throwIfDefined, validateRatchetTree } from "ts-mls/clientState.js";
import { encode } from "ts-mls/codec/tlsEncoder.js";
import { decodeVarLenData, varLenDataEncoder } from "ts-mls/codec/variableLength.js";
import type { CiphersuiteImpl } from "ts-mls/crypto/ciphersuite.js";
import {
  type GroupInfo,
  ratchetTreeFromExtension,
  signGroupInfo,
  verifyGroupInfoSignature,
} from "ts-mls/groupInfo.js";
import { encodeRatchetTree, type RatchetTree } from "ts-mls/ratchetTree.js";
import { type Bytes, equal } from "../bytes";
import { E2eeError } from "../error";
import { decodeMls, encodeMls } from "./encoding";
import { byRfc9420, require } from "./failure";
import { clientConfig } from "./group";
import { leafAt } from "./leaf";
import { requireSoundTree } from "./policy";

/** A GroupInfo that was verified. */
export interface VerifiedGroup {
  readonly info: GroupInfo;
  readonly tree: RatchetTree;
  /** The public key that an external commit is made to. */
  readonly externalPub: Uint8Array;
}

/** The signed GroupInfo of a state, as an MLSMessage. */
export async function groupInfoOf(state: ClientState, suite: CiphersuiteImpl): Promise<Bytes> {
  const pair = await suite.hpke.deriveKeyPair(state.keySchedule.externalSecret);
  const externalPub = await suite.hpke.exportPublicKey(pair.publicKey);
  const tbs = {
    groupContext: state.groupContext,
    extensions: [
      // HPKEPublicKey is itself a vector inside the extension's data (RFC 9420, section 12.4.3.2); the library's own
      // function leaves that inner length out.
      {
        extensionType: "external_pub" as const,
        extensionData: encode(varLenDataEncoder)(externalPub),
      },
      {
        extensionType: "ratchet_tree" as const,
        extensionData: encodeRatchetTree(state.ratchetTree),
      },
    ],
    confirmationTag: state.confirmationTag,
    signer: state.privatePath.leafIndex,
  };
  const groupInfo = await signGroupInfo(tbs, state.signaturePrivateKey, suite.signature);
  return encodeMls({ version: "mls10", wireformat: "mls_group_info", groupInfo });
}

/** Verify the GroupInfo of a room in an epoch, as a joiner must. */
export async function verifyGroupInfo(
  message: Uint8Array,
  roomId: Uint8Array,
  epoch: bigint,
  suite: CiphersuiteImpl,
): Promise<VerifiedGroup> {
  const decoded = decodeMls(message);
  if (decoded.wireformat !== "mls_group_info") throw new E2eeError("encoding", "not a GroupInfo");
  const info = decoded.groupInfo;
  const context = info.groupContext;
  require(context.version === "mls10" && context.cipherSuite === suite.name, "another ciphersuite");
  require(equal(context.groupId, roomId) && context.epoch === epoch, "another room or epoch");
  require(context.extensions.length === 0, "extensions in the group context");
  const types = info.extensions.map((e) => e.extensionType).sort();
  require(types.join() === "external_pub,ratchet_tree", "other extensions in the GroupInfo");
  return byRfc9420(async () => {
    const tree = ratchetTreeFromExtension(info) ?? [];
    requireSoundTree(tree);
    const { lifetimeConfig, authService } = clientConfig;
    const { treeHash } = context;
    throwIfDefined(
      await validateRatchetTree(tree, context, lifetimeConfig, authService, treeHash, suite),
    );
    await verifySignature(info, tree, suite);
    return { info, tree, externalPub: externalPubOf(info) };
  });
}

async function verifySignature(info: GroupInfo, tree: RatchetTree, suite: CiphersuiteImpl) {
  const signer = leafAt(tree, info.signer)?.node.signaturePublicKey;
  const right =
    signer !== undefined && (await verifyGroupInfoSignature(info, signer, suite.signature));
  if (!right) throw new E2eeError("mls", "the GroupInfo has a wrong signature");
}

function externalPubOf(info: GroupInfo): Uint8Array {
  const data = info.extensions.find((e) => e.extensionType === "external_pub")?.extensionData;
  const decoded = data === undefined ? undefined : decodeVarLenData(data, 0);
  if (decoded === undefined || decoded[1] !== data?.length) {
    throw new E2eeError("encoding", "external_pub is not an HPKE public key");
  }
  return decoded[0];
}
