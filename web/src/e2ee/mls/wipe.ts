/**
 * Erasing secrets of the group (docs/PROTOCOL.md, section 8.6). ts-mls never does it: with `retainKeysForEpochs: 0` it keeps
 * every epoch for ever, and does not even return what it drops. States share arrays: a private key of a node that a commit
 * did not touch is the same array before and after.
 */
import type { ClientState } from "ts-mls/clientState.js";
import type { PrivateKeyPath } from "ts-mls/privateKeyPath.js";
import { allSecretTreeValues } from "ts-mls/secretTree.js";
import { nodeOfLeaf } from "./leaf";

/** Overwrite arrays with zeros; holes are skipped. */
export function wipeAll(secrets: Iterable<Uint8Array | undefined>): void {
  for (const secret of secrets) secret?.fill(0);
}

/**
 * The private keys of a state without those of nodes that are blank now: nobody encrypts to them any more, and they
 * would open recordings of old commits.
 */
export function withoutBlankNodes(state: ClientState): ClientState {
  const { leafIndex, privateKeys } = state.privatePath;
  const kept: PrivateKeyPath["privateKeys"] = {};
  for (const [node, key] of Object.entries(privateKeys)) {
    const index = Number(node);
    const inUse = state.ratchetTree[index] !== undefined;
    if (inUse || index === nodeOfLeaf(leafIndex)) kept[index] = key;
  }
  return { ...state, privatePath: { leafIndex, privateKeys: kept } };
}

/** Erase of a state what is not for reading messages, but for what it shares with `other`. */
export function wipeAllButReading(state: ClientState, other: ClientState | undefined): void {
  const { senderDataSecret: _, ...rest } = state.keySchedule;
  wipeAll(Object.values(rest));
  const shared = new Set(Object.values(other?.privatePath.privateKeys ?? {}));
  wipeAll(Object.values(state.privatePath.privateKeys).filter((key) => !shared.has(key)));
}

/** Erase everything by which messages of an epoch can be read. */
export function wipeReading(state: ClientState): void {
  state.keySchedule.senderDataSecret.fill(0);
  wipeAll(allSecretTreeValues(state.secretTree));
}
