/**
 * A member of the group: the one place where MLS, the outer seal and the roster come together (docs/PROTOCOL.md, section 8).
 *
 * Invariants:
 * - Operations run one at a time: the library's states are values, and two operations on one would use a ratchet key twice.
 * - An own commit takes effect only by `accept`, once the relay accepted it; until then the member reads and writes in
 *   the old epoch. There is at most one at a time.
 * - A commit that fails a check changes nothing.
 * - Secrets of the current epoch and of the two before are kept, all older ones erased; `wipe` erases all.
 */
import type { CiphersuiteImpl } from "ts-mls/crypto/ciphersuite.js";
import { type Bytes, copy, equal } from "./bytes";
import { E2eeError } from "./error";
import { openCommit, openRekey, type RoomRekey, sealCommit, sealGroupState } from "./group-seals";
import { createEpoch, epochKeysOf, joinEpoch, type MemberParams } from "./join";
import { type KickParams, type PreparedKick, prepareKick } from "./kick";
import { PAST_EPOCHS } from "./limits";
import { encodeMessage, type Said } from "./message";
import { decodeMls } from "./mls/encoding";
import { Epoch } from "./mls/epoch";
import { require } from "./mls/failure";
import { leafOf } from "./mls/leaf";
import {
  followExternalCommit,
  followMemberCommit,
  makeCommit,
  type TheirCommit,
} from "./mls/next-epoch";
import { cipherSuite } from "./mls/suite";
import { wipeAll } from "./mls/wipe";
import { Pending, type PendingCommit, type PendingKick } from "./pending";
import { encodeEntry, type RosterEntry, type RosterMember, signEntry } from "./roster";
import { groupAad, open, SealKind, seal } from "./seal";
import { openWhisper, sealWhisper, type Whispered } from "./whisper";
import type { Whisper } from "./whisper-format";
import { safetyWords } from "./words";

const NO_REKEY = new Uint8Array();

/** An encrypted message, for `Message`. */
export interface Sealed {
  readonly epoch: bigint;
  readonly payload: Bytes;
}

/** Somebody who joins: `accept` gives the member. `isReturn`: their identity stood in the group before. */
export type PendingJoin = Pending<Member> & { readonly isReturn: boolean };

/** What another's commit did. */
export interface CommitEffect {
  readonly joined?: RosterMember;
  /** Came back after a refresh, under the same identity. */
  readonly resynced?: RosterMember;
  readonly removed: RosterMember[];
  /** Took another alias; `by` has the old one. */
  readonly renamed?: RosterMember;
  /** Who removed them. */
  readonly by?: RosterMember;
  /** This member is out: removed by `by`, or replaced by its own other tab if `resynced` is there. It is wiped. */
  readonly selfRemoved: boolean;
  /** After a kick: the room's new secrets, for the caller to keep and to wipe. */
  readonly rekey?: RoomRekey;
}

/** See the module. */
export class Member {
  readonly identity: Bytes;
  readonly #roomId: Bytes;
  readonly #signatureSeed: Bytes;
  readonly #suite: CiphersuiteImpl;
  #current: Epoch;
  /** The newest first. */
  readonly #past: Epoch[] = [];
  #pending: Epoch | undefined;
  #queue: Promise<unknown> = Promise.resolve();
  #gone = false;

  private constructor(epoch: Epoch, identity: Bytes, suite: CiphersuiteImpl) {
    this.identity = identity;
    this.#roomId = epoch.roomId;
    this.#signatureSeed = epoch.state.signaturePrivateKey as Bytes;
    this.#suite = suite;
    this.#current = epoch;
  }

  /** Found a group of one; the group state is that of epoch 0. */
  static async create(params: MemberParams): Promise<{ member: Member; groupState: Bytes }> {
    const suite = await cipherSuite();
    const epoch = await createEpoch(params, suite);
    const groupState = await sealGroupState(epoch, suite);
    return { member: new Member(epoch, params.identity, suite), groupState };
  }

  /**
   * Join from the group state of `epoch`, or come back by resync if the identity stands in the group. Throws "seal" if the
   * room's secrets are others.
   */
  static async join(
    params: MemberParams,
    epoch: bigint,
    groupState: Uint8Array,
  ): Promise<PendingJoin> {
    const suite = await cipherSuite();
    const { message, next, isReturn } = await joinEpoch(params, epoch, groupState, suite);
    const content = { mlsMessage: message, rekey: NO_REKEY };
    const commit = await sealCommit(next.keys.sealKey, params.roomId, epoch, content);
    const pending = new Pending(commit, await sealGroupState(next, suite), {
      accept: () => new Member(next, params.identity, suite),
      discard: () => {
        next.wipe();
        next.state.signaturePrivateKey.fill(0);
      },
    });
    return Object.assign(pending, { isReturn });
  }

  /** The number of the current epoch. */
  get epoch(): bigint {
    return this.#current.number;
  }

  /** Everybody in the group, this member too, in the order of leaves. */
  get roster(): readonly RosterMember[] {
    return this.#current.members;
  }

  /** Six words of the current epoch (section 11): equal on all screens when nobody sits between. */
  safetyPhrase(): string[] {
    return safetyWords(this.epochAuthenticator());
  }

  /** What the safety phrase is made of (RFC 9420, section 8.7). */
  epochAuthenticator(): Uint8Array {
    this.#requireHere();
    return this.#current.state.keySchedule.epochAuthenticator.slice();
  }

  /** Encrypt a message to the group of the current epoch, padded to a size class of `atLeast` bytes. */
  encrypt(data: Uint8Array, atLeast?: number): Promise<Sealed> {
    return this.#run(() => this.#encrypt(this.#current, data, atLeast));
  }

  /**
   * Encrypt something in the current epoch that only these members can read, of those who are in the group. Throws "state"
   * if that is nobody.
   */
  encryptWhisper(
    id: Bytes,
    recipients: readonly Uint8Array[],
    said: Said,
    atLeast?: number,
  ): Promise<Sealed> {
    return this.#run(async () => {
      const base = this.#current;
      const to = recipients.flatMap((identity) => {
        const leaf = leafOf(base.state.ratchetTree, identity);
        if (leaf === undefined || equal(identity, this.identity)) return [];
        return { identity: leaf.identity, encryptionKey: leaf.node.hpkePublicKey };
      });
      const place = { roomId: this.#roomId, epoch: base.number, sender: this.identity, id };
      const data = encodeMessage(await sealWhisper(place, to, said, this.#suite));
      return this.#encrypt(base, data, atLeast);
    });
  }

  /** Open a whisper that came in a message of `epoch`. Undefined if it is not for this member; throws if it does not hold. */
  openWhisper(epoch: bigint, from: Uint8Array, whisper: Whisper): Promise<Whispered | undefined> {
    return this.#run(() => {
      const of = this.#epoch(epoch);
      const place = { roomId: this.#roomId, epoch, sender: copy(from), id: whisper.id };
      return openWhisper(place, whisper, of.leafKey, this.#suite);
    });
  }

  /** Decrypt a message of the current epoch or of the two before. Each can be read once. */
  decrypt(epoch: bigint, payload: Uint8Array): Promise<{ from: RosterMember; data: Bytes }> {
    return this.#run(async () => {
      const of = this.#epoch(epoch);
      const aad = groupAad(this.#roomId, SealKind.Message, epoch);
      return of.unprotect(await open(of.keys.sealKey, aad, payload), this.#suite);
    });
  }

  /**
   * Apply another's commit, made in `epoch` (the current one) by the session that the relay calls `memberNumber`. An own commit
   * that is pending can only be discarded after that.
   */
  applyCommit(epoch: bigint, memberNumber: number, commit: Uint8Array): Promise<CommitEffect> {
    return this.#run(async () => {
      const base = this.#current;
      if (epoch !== base.number) throw new E2eeError("epoch", "a commit of another epoch");
      const { sealKey } = base.keys;
      const { mlsMessage, rekey } = await openCommit(sealKey, this.#roomId, epoch, commit);
      const theirs = await this.#follow(base, mlsMessage, memberNumber);
      if (rekey.length > 0) {
        require(theirs.by !== undefined && theirs.removed.length > 0, "a rekey without a removal");
      }
      return this.#take(base, theirs, rekey);
    });
  }

  /** Remove members who are gone; with none, bring fresh keys. Throws "state" if one of them is not in the group. */
  commitRemoval(identities: readonly Uint8Array[]): Promise<PendingCommit> {
    return this.#run(() => this.#commit(identities, undefined));
  }

  /** Take another alias, as prepared by `prepareAlias`. */
  commitRename(alias: string): Promise<PendingCommit> {
    return this.#run(async () => {
      const { identity } = this;
      const member = this.roster.find((m) => equal(m.identity, identity))?.memberNumber ?? 0;
      const unsigned = { identity, member, alias };
      const entry = await signEntry(this.#roomId, unsigned, this.#signatureSeed);
      return this.#commit([], undefined, entry);
    });
  }

  /** Remove somebody who is here, and change the secrets of the room to those of `params`. */
  commitKick(identity: Uint8Array, params: KickParams): Promise<PendingKick> {
    return this.#run(async () => {
      const kick = await prepareKick(this.#roomId, params);
      const number = this.roster.find((m) => equal(m.identity, identity))?.memberNumber ?? 0;
      const pending = await this.#commit([identity], kick);
      const { admissionKey, sealedName } = kick;
      const evicted = number === 0 ? [] : [number];
      return Object.assign(pending, { admissionKey, sealedName, evicted });
    });
  }

  /** Forget everything; whatever is under way or comes after throws "removed". */
  wipe(): void {
    if (this.#gone) return;
    this.#gone = true;
    this.#pending?.abandon(this.#current);
    for (const epoch of this.#past) epoch.forget();
    this.#current.wipe();
    this.#signatureSeed.fill(0);
  }

  /** One operation at a time, in the order of calls. */
  #run<T>(operation: () => Promise<T>): Promise<T> {
    const result = this.#queue.then(async () => {
      this.#requireHere();
      const value = await operation();
      // Wiped in between: what came out may have been computed from zeros.
      if (!isEffectOfRemoval(value)) this.#requireHere();
      return value;
    });
    this.#queue = result.catch(() => undefined);
    return result;
  }

  async #encrypt(base: Epoch, data: Uint8Array, atLeast?: number): Promise<Sealed> {
    const message = await base.protect(data, this.#suite);
    const aad = groupAad(this.#roomId, SealKind.Message, base.number);
    const payload = await seal(base.keys.sealKey, aad, message, undefined, atLeast);
    return { epoch: base.number, payload };
  }

  /** The current epoch or one of the two before. */
  #epoch(number: bigint): Epoch {
    const of = [this.#current, ...this.#past].find((epoch) => epoch.number === number);
    if (of === undefined) throw new E2eeError("epoch", "the epoch's secrets are not kept");
    return of;
  }

  #requireHere(): void {
    if (this.#gone) throw new E2eeError("removed", "this member is not in the group any more");
  }

  async #follow(base: Epoch, mlsMessage: Bytes, memberNumber: number): Promise<TheirCommit> {
    const message = decodeMls(mlsMessage);
    switch (message.wireformat) {
      case "mls_public_message":
        return followExternalCommit(base, message.publicMessage, memberNumber, this.#suite);
      case "mls_private_message":
        return followMemberCommit(base, message.privateMessage, memberNumber, this.#suite);
      default:
        throw new E2eeError("encoding", "not a commit");
    }
  }

  /** Take up the epoch that another's commit leads to. */
  async #take(base: Epoch, theirs: TheirCommit, rekey: Bytes): Promise<CommitEffect> {
    const { state, entry, renamed, by, consumed } = theirs;
    const removed = entry === undefined ? [...theirs.removed] : [];
    const said = { removed, ...(by && { by }) };
    if (state === undefined) {
      const [self] = theirs.removed;
      this.wipe();
      return { ...said, ...(entry && self && { resynced: self }), selfRemoved: true };
    }
    const fresh =
      rekey.length === 0 ? undefined : await openRekey(this.#roomId, state, rekey, this.#suite);
    const keys = fresh === undefined ? base.keys : epochKeysOf(fresh.secrets);
    const news = entry ?? renamed;
    const roster = news === undefined ? base.roster : base.roster.with(news);
    const next = new Epoch(this.#roomId, state, roster, keys);
    this.#move(base, next);
    wipeAll(consumed);
    const who = news && next.members.find((m) => equal(m.identity, news.identity));
    const came = who && (theirs.removed.length > 0 ? { resynced: who } : { joined: who });
    const told = renamed === undefined ? came : who && { renamed: who };
    return { ...said, ...told, ...(fresh && { rekey: fresh }), selfRemoved: false };
  }

  async #commit(
    identities: readonly Uint8Array[],
    kick: PreparedKick | undefined,
    entry?: RosterEntry,
  ): Promise<PendingCommit> {
    const base = this.#current;
    if (this.#pending !== undefined) throw new E2eeError("state", "a commit is pending already");
    const leaves = identities.map((identity) => {
      const leaf = leafOf(base.state.ratchetTree, identity);
      if (leaf === undefined || equal(identity, this.identity)) {
        throw new E2eeError("state", "who is to be removed is not another member of the group");
      }
      return leaf.index;
    });
    const data = entry && encodeEntry(entry);
    const { message, state } = await makeCommit(base, leaves, this.#suite, data);
    const roster = entry === undefined ? base.roster : base.roster.with(entry);
    const next = new Epoch(this.#roomId, state, roster, kick?.keys ?? base.keys);
    const rekey = await kick?.seal(state, this.#suite);
    const content = { mlsMessage: message, rekey: rekey ?? NO_REKEY };
    const commit = await sealCommit(base.keys.sealKey, this.#roomId, base.number, content);
    const groupState = await sealGroupState(next, this.#suite);
    this.#pending = next;
    return new Pending<void>(commit, groupState, {
      accept: () => this.#accept(base, next),
      discard: () => this.#discard(base, next),
    });
  }

  #accept(base: Epoch, next: Epoch): void {
    this.#requireHere();
    if (this.#current !== base) throw new E2eeError("state", "another commit came first");
    this.#pending = undefined;
    this.#move(base, next);
  }

  #discard(base: Epoch, next: Epoch): void {
    if (this.#pending === next) this.#pending = undefined;
    next.abandon(base);
  }

  #move(base: Epoch, next: Epoch): void {
    if (this.#current !== base) throw new E2eeError("state", "another commit came first");
    base.retire(next);
    this.#current = next;
    this.#past.unshift(base);
    for (const epoch of this.#past.splice(PAST_EPOCHS)) epoch.forget();
  }
}

/** An operation that found this member removed has wiped it itself. */
function isEffectOfRemoval(value: unknown): boolean {
  return typeof value === "object" && value !== null && "selfRemoved" in value;
}
