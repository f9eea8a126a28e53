/**
 * One epoch of the group as a member holds it: the library's state, the roster and what seals it.
 *
 * Invariants: the library's states are immutable values, and using one twice uses a ratchet key twice; so `state` is replaced
 * by each operation that moves a ratchet, and operations come one at a time (`Member` queues them). What a ratchet has
 * consumed is erased at once.
 */
import type { ClientState } from "ts-mls/clientState.js";
import type { CiphersuiteImpl } from "ts-mls/crypto/ciphersuite.js";
import { mlsExporter } from "ts-mls/keySchedule.js";
import { protectApplicationData, unprotectPrivateMessage } from "ts-mls/messageProtection.js";
import { consumeRatchet, type SecretTree } from "ts-mls/secretTree.js";
import { toNodeIndex } from "ts-mls/treemath.js";
import { type Bytes, copy } from "../bytes";
import { E2eeError } from "../error";
import { KEY_BYTES } from "../limits";
import type { Roster, RosterMember } from "../roster";
import type { SealKey } from "../seal";
import { decodeMls, encodeMls } from "./encoding";
import { byRfc9420 } from "./failure";
import { clientConfig } from "./group";
import { nodeOfLeaf } from "./leaf";
import { checkPrivateMessage, type Place } from "./policy";
import { wipeAll, wipeAllButReading, wipeReading } from "./wipe";

const NONE = new Uint8Array();

/** The keys of the outer layer in an epoch; a kick changes them. */
export interface EpochKeys {
  readonly sealKey: SealKey;
  /** A copy that is the member's own. */
  readonly psk: Bytes;
}

/** See the module. */
export class Epoch {
  /** Everybody in it, in the order of leaves. */
  readonly members: readonly RosterMember[];
  #forgotten = false;
  /** Once retired: the private HPKE key of the own leaf, for whispers that come late. */
  #leafKey: Bytes | undefined;

  constructor(
    readonly roomId: Bytes,
    /** Moves on with each message. */
    public state: ClientState,
    readonly roster: Roster,
    readonly keys: EpochKeys,
  ) {
    this.members = roster.membersFor(state.ratchetTree);
  }

  get number(): bigint {
    return this.state.groupContext.epoch;
  }

  /** What a message of this epoch must name. */
  get place(): Place {
    return { roomId: this.roomId, epoch: this.number };
  }

  /** Encrypt application data, as an MLSMessage. */
  async protect(data: Uint8Array, suite: CiphersuiteImpl): Promise<Bytes> {
    const { state } = this;
    const { newSecretTree, privateMessage, consumed } = await protectApplicationData(
      state.signaturePrivateKey,
      state.keySchedule.senderDataSecret,
      data,
      NONE,
      state.groupContext,
      state.secretTree,
      state.privatePath.leafIndex,
      clientConfig.paddingConfig,
      suite,
    );
    this.#advance(newSecretTree, consumed);
    return encodeMls({ version: "mls10", wireformat: "mls_private_message", privateMessage });
  }

  /** Decrypt application data of this epoch. What was read once cannot be read again. */
  async unprotect(
    message: Uint8Array,
    suite: CiphersuiteImpl,
  ): Promise<{ from: RosterMember; data: Bytes }> {
    const decoded = decodeMls(message);
    if (decoded.wireformat !== "mls_private_message") {
      throw new E2eeError("encoding", "not a PrivateMessage");
    }
    checkPrivateMessage(decoded.privateMessage, "application", this.place);
    const { state } = this;
    const { tree, content, consumed } = await byRfc9420(() =>
      unprotectPrivateMessage(
        state.keySchedule.senderDataSecret,
        decoded.privateMessage,
        state.secretTree,
        state.ratchetTree,
        state.groupContext,
        clientConfig.keyRetentionConfig,
        suite,
      ),
    );
    this.#advance(tree, consumed);
    const { sender } = content.content;
    const from = this.members.find(
      (m) => sender.senderType === "member" && m.leafIndex === sender.leafIndex,
    );
    if (from === undefined || content.content.contentType !== "application") {
      throw new E2eeError("mls", "not application data of a member");
    }
    return { from, data: copy(content.content.applicationData) };
  }

  /**
   * Move the own handshake ratchet on. The library makes a commit without saying what its ratchet became: a second one,
   * after the first was discarded, would use the same key again.
   */
  async spendHandshakeKey(suite: CiphersuiteImpl): Promise<void> {
    const { state } = this;
    const node = toNodeIndex(nodeOfLeaf(state.privatePath.leafIndex));
    const { newTree, consumed } = await consumeRatchet(state.secretTree, node, "commit", suite);
    this.#advance(newTree, consumed);
  }

  /** The private HPKE key of the own leaf; not to be kept. */
  get leafKey(): Uint8Array {
    const { leafIndex, privateKeys } = this.state.privatePath;
    const key = this.#leafKey ?? privateKeys[nodeOfLeaf(leafIndex)];
    if (key === undefined) throw new E2eeError("state", "the own leaf's key is not kept");
    return key;
  }

  /** `next` has followed this epoch: only reading late messages remains. */
  retire(next: Epoch): void {
    this.#leafKey = copy(this.leafKey);
    wipeAllButReading(this.state, next.state);
    if (next.keys !== this.keys) this.keys.psk.fill(0);
  }

  /** `base` has not moved on to this epoch, and will not. */
  abandon(base: Epoch): void {
    wipeAllButReading(this.state, base.state);
    if (base.keys !== this.keys) this.keys.psk.fill(0);
    this.forget();
  }

  /** Erase everything of the newest epoch. */
  wipe(): void {
    wipeAllButReading(this.state, undefined);
    this.keys.psk.fill(0);
    this.forget();
  }

  /** Erase what reads messages: all that a retired epoch still has. */
  forget(): void {
    this.#forgotten = true;
    this.#leafKey?.fill(0);
    wipeReading(this.state);
  }

  /** A ratchet has moved on; what it consumed is erased. */
  #advance(secretTree: SecretTree, consumed: readonly Uint8Array[]): void {
    this.state = { ...this.state, secretTree };
    wipeAll(consumed);
    // An operation that was under way when the epoch was forgotten has derived new secrets from it.
    if (this.#forgotten) wipeReading(this.state);
  }
}

/** MLS-Exporter (RFC 9420, section 8.5) of a state, with an empty context. */
export async function exportSecret(
  state: ClientState,
  label: string,
  suite: CiphersuiteImpl,
): Promise<Bytes> {
  return copy(await mlsExporter(state.keySchedule.exporterSecret, label, NONE, KEY_BYTES, suite));
}
