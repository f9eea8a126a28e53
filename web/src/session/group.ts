/**
 * This tab's place in the group: the one owner of the MLS member.
 *
 * ```
 * outside --enter(lease)--> entering --accepted--> inside --own commit--> inside (pending) --accepted--> inside
 *    ^                         |                     |                          |
 *    +------- rejected --------+                     +---- lose (frames missed) +
 *    +-----------------------------------------------+
 * ```
 *
 * Safety: there is at most one own commit at a time, and it takes effect only once the relay accepted it; an own commit
 * that another's has overtaken is discarded before that one is applied. Whether an entering commit was accepted is told by its
 * answer alone, if need be on a later connection. No epoch older than one this tab was in is ever
 * entered: those who were removed since still hold its keys (docs/PROTOCOL.md, section 10).
 * Liveness: from every state `outside` can be reached, and from there the group can be entered again.
 */
import {
  type CommitEffect,
  E2eeError,
  Member,
  type PendingCommit,
  type PendingJoin,
  type RosterMember,
} from "../e2ee";
import type { Bytes, ClientFrame, RelayFrame } from "../wire";
import type { Keyring, NewSecrets } from "./keyring";

/** How many epochs before the current one the relay still takes messages of (docs/PROTOCOL.md, section 5.3). */
const PAST_EPOCHS = 2n;

type FrameNamed<F, T> = Extract<F, { readonly type: T }>;
export type CommitFrame = FrameNamed<ClientFrame, "Commit">;
export type LeaseFrame = FrameNamed<RelayFrame, "Lease">;
export type CommitRelayed = FrameNamed<RelayFrame, "CommitRelayed">;

/** An own commit that is on its way. */
export interface OwnCommit {
  readonly frame: CommitFrame;
  readonly removed: readonly RosterMember[];
  /** The secrets that it brings, if it is a kick. */
  readonly fresh: NewSecrets | undefined;
  /** The alias that it brings, if it is a rename. */
  readonly alias?: string;
}

type State =
  | { readonly at: "outside" }
  | {
      readonly at: "entering";
      readonly frame: CommitFrame;
      readonly pending: PendingJoin;
      readonly fresh: NewSecrets | undefined;
      /** An earlier commit had led into the group, and what came after it was never had. */
      readonly missed: boolean;
      /** The frame went out on an earlier connection as well. */
      readonly isRepeated: boolean;
    }
  | {
      readonly at: "inside";
      readonly member: Member;
      /** The first epoch this member can read. */
      readonly since: bigint;
      readonly own: (OwnCommit & { readonly pending: PendingCommit }) | undefined;
    };

/** What an accepted own commit did. */
export type Accepted =
  /**
   * `rekeyed`: by an own kick of which only now is known that it was accepted. `missed`: an earlier commit had led into the
   * group as well, and what came after it cannot be had.
   */
  | { readonly kind: "entered"; readonly rekeyed: boolean; readonly missed: boolean }
  | { readonly kind: "committed"; readonly own: OwnCommit };

export class Group {
  readonly #keys: Keyring;
  #state: State;
  /** Secrets of an own kick of which we do not know whether it was accepted. */
  #maybe: NewSecrets | undefined;
  /** An entering commit that was given up may have been accepted all the same. */
  #mayBeIn = false;
  /** Who came in lately, and with which epoch. */
  #entered: { readonly number: number; readonly epoch: bigint }[] = [];
  #wiped = false;
  /** The newest epoch this tab was in, in whatever session. */
  #newest = 0n;

  /** `member`: the creator's, who is inside from the start. */
  constructor(keys: Keyring, member: Member | undefined) {
    this.#keys = keys;
    this.#state = member === undefined ? { at: "outside" } : inside(member);
  }

  /** The member, if this tab is inside. */
  get member(): Member | undefined {
    return this.#state.at === "inside" ? this.#state.member : undefined;
  }

  /** True if this tab is neither inside nor on its way in. */
  get outside(): boolean {
    return this.#state.at === "outside";
  }

  /** The first epoch that can be read; what is older was not meant for this tab. */
  get since(): bigint {
    return this.#state.at === "inside" ? this.#state.since : 0n;
  }

  /** The own commit that waits for the relay's answer. */
  get own(): OwnCommit | undefined {
    return this.#state.at === "inside" ? this.#state.own : undefined;
  }

  /** The commit, an own one or the one that enters, that waits for the relay's answer. */
  get unanswered(): CommitFrame | undefined {
    return this.#state.at === "entering" ? this.#state.frame : this.own?.frame;
  }

  /** The commit that enters, to be sent again on a new connection: it may have been accepted. `undefined` if there is none. */
  repeatEntering(): CommitFrame | undefined {
    const state = this.#state;
    if (state.at !== "entering") return undefined;
    this.#state = { ...state, isRepeated: true };
    return state.frame;
  }

  /** Numbers of those who came in after `epoch`, and so cannot read what was encrypted in it. */
  enteredAfter(epoch: bigint): number[] {
    const roster = this.member?.roster ?? [];
    const isIn = (number: number) => roster.some(({ memberNumber }) => memberNumber === number);
    const late = this.#entered.filter((entry) => entry.epoch > epoch && isIn(entry.number));
    return late.map(({ number }) => number);
  }

  /**
   * Makes the commit that enters the group whose state came with the lease. Throws `E2eeError`: code "seal" if the
   * secrets do not fit, anything else if somebody broke the rules.
   */
  async enter(memberNumber: number, lease: LeaseFrame): Promise<CommitFrame> {
    if (lease.epoch < this.#newest) throw new E2eeError("state", "this epoch is over");
    const candidates = [undefined, ...(this.#maybe === undefined ? [] : [this.#maybe])];
    for (const [i, fresh] of candidates.entries()) {
      try {
        const pending = await this.#join(memberNumber, lease, fresh);
        if (this.#wiped) {
          pending.discard();
          throw outside();
        }
        const frame = commitFrame(lease.epoch, pending);
        const missed = this.#mayBeIn && pending.isReturn;
        this.#state = { at: "entering", frame, pending, fresh, missed, isRepeated: false };
        return frame;
      } catch (error) {
        const last = i === candidates.length - 1;
        if (last || !(error instanceof E2eeError) || error.code !== "seal") throw error;
      }
    }
    throw outside();
  }

  /** Makes the commit that removes `gone`. */
  async remove(gone: readonly RosterMember[]): Promise<CommitFrame> {
    const { member, since } = this.#inside();
    const pending = await member.commitRemoval(gone.map(({ identity }) => identity));
    return this.#commit(member, since, pending, { removed: gone, fresh: undefined });
  }

  /** Makes the commit that brings another alias. */
  async rename(alias: string): Promise<CommitFrame> {
    const { member, since } = this.#inside();
    const pending = await member.commitRename(alias);
    return this.#commit(member, since, pending, { removed: [], fresh: undefined, alias });
  }

  /**
   * Makes the commit that removes `target` and changes the room's secrets to `fresh`. The relay is told to end `target`'s session
   * and those of `outside`, who are in no roster and may be spare sessions of the same person.
   */
  async kick(
    target: RosterMember,
    fresh: NewSecrets,
    outside: readonly number[],
  ): Promise<CommitFrame> {
    const { member, since } = this.#inside();
    const pending = await member.commitKick(target.identity, {
      linkSecret: fresh.linkSecret,
      password: fresh.password,
      root: fresh.secrets.root,
      roomName: this.#keys.roomName,
    });
    const { admissionKey, sealedName } = pending;
    const evicted = [...pending.evicted, ...outside];
    const extra = { evicted, admissionKey, sealedName };
    return this.#commit(member, since, pending, { removed: [target], fresh }, extra);
  }

  /** The relay accepted the own commit: it takes effect. `undefined` if there was none. */
  accepted(): Accepted | undefined {
    const state = this.#state;
    if (state.at === "entering") {
      const member = state.pending.accept();
      if (state.fresh !== undefined) this.#keys.rekey(state.fresh);
      this.#maybe = undefined;
      this.#mayBeIn = false;
      this.#state = inside(member);
      this.#newest = member.epoch;
      return { kind: "entered", rekeyed: state.fresh !== undefined, missed: state.missed };
    }
    if (state.at !== "inside" || state.own === undefined) return undefined;
    const { pending, ...own } = state.own;
    pending.accept();
    if (own.fresh !== undefined) this.#keys.rekey(own.fresh);
    if (own.alias !== undefined) this.#keys.rename(own.alias);
    this.#state = { ...state, own: undefined };
    this.#newest = state.member.epoch;
    return { kind: "committed", own };
  }

  /**
   * The own commit came too late, in a room that has come to `epoch`; or it was accepted, which only an entering one that was
   * sent again can have been, and what came after it cannot be had.
   */
  rejected(epoch: bigint): void {
    const state = this.#state;
    if (state.at === "entering") {
      if (state.isRepeated && epoch > state.frame.epoch) this.#mayBeIn = true;
      state.pending.discard();
      this.#state = { at: "outside" };
    } else if (state.at === "inside" && state.own !== undefined) {
      state.own.pending.discard();
      this.#state = { ...state, own: undefined };
    }
  }

  /** Another member's commit. Throws `E2eeError` if it breaks the rules; the group is then lost to this tab. */
  async apply(frame: CommitRelayed): Promise<CommitEffect> {
    this.rejected(frame.epoch);
    const { member } = this.#inside();
    // The frame names the epoch that the commit leads to, the group wants the one in which it was made.
    const effect = await member.applyCommit(frame.epoch - 1n, frame.member, frame.commit);
    this.#newest = member.epoch;
    if (effect.rekey !== undefined) this.#keys.rekey(effect.rekey);
    this.#remember(frame.epoch, effect.joined ?? effect.resynced);
    return effect;
  }

  /** Frames were missed, or the session is a new one: this member cannot go on and must enter anew. */
  lose(): void {
    const state = this.#state;
    if (state.at === "inside") {
      if (state.own?.fresh !== undefined) this.#maybe = state.own.fresh;
      state.own?.pending.discard();
      state.member.wipe();
    } else if (state.at === "entering") {
      this.#mayBeIn = true;
      state.pending.discard();
    }
    this.#state = { at: "outside" };
    this.#entered = [];
  }

  /** Wipes what this tab knows of the group. */
  wipe(): void {
    this.#wiped = true;
    this.lose();
    this.#maybe?.secrets.wipe();
    this.#maybe?.linkSecret.fill(0);
    this.#maybe = undefined;
  }

  /** Messages of older epochs than the relay takes need no copies; of each only the last time counts. */
  #remember(epoch: bigint, who: RosterMember | undefined): void {
    this.#entered = this.#entered.filter(
      (entry) => entry.epoch + PAST_EPOCHS >= epoch && entry.number !== who?.memberNumber,
    );
    if (who !== undefined) this.#entered.push({ number: who.memberNumber, epoch });
  }

  #join(
    memberNumber: number,
    lease: LeaseFrame,
    fresh: NewSecrets | undefined,
  ): Promise<PendingJoin> {
    const params = this.#keys.member(memberNumber);
    const secrets = fresh?.secrets ?? params.secrets;
    return Member.join({ ...params, secrets }, lease.epoch, lease.groupState);
  }

  #commit(
    member: Member,
    since: bigint,
    pending: PendingCommit,
    what: Omit<OwnCommit, "frame">,
    extra: Partial<CommitFrame> = {},
  ): CommitFrame {
    const frame = { ...commitFrame(member.epoch, pending), ...extra };
    this.#state = { at: "inside", member, since, own: { ...what, frame, pending } };
    return frame;
  }

  #inside(): Extract<State, { at: "inside" }> {
    if (this.#state.at !== "inside") throw outside();
    return this.#state;
  }
}

function outside(): E2eeError {
  return new E2eeError("state", "this tab is outside the group");
}

function inside(member: Member): State {
  return { at: "inside", member, since: member.epoch, own: undefined };
}

function commitFrame(
  epoch: bigint,
  { commit, groupState }: { readonly commit: Bytes; readonly groupState: Bytes },
): CommitFrame {
  const nothing = { evicted: [], admissionKey: undefined, sealedName: undefined };
  return { type: "Commit", epoch, commit, groupState, ...nothing };
}
