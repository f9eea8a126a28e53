/**
 * What the relay's frames do to the room, one after the other.
 *
 * Safety: what comes while this tab stands outside the group is not for it, and is dropped; a commit that breaks the
 * rules ends the room for this tab ("tampered"), since it could not follow the others any more; `lastSeq` moves only
 * when a frame has been dealt with, so that a frame is either dealt with or asked for again.
 * Liveness: outside the group the lease is always asked for or waited for, and each lease leads inside, or to the end; a
 * commit that leads inside is sent again after each lost connection until it is answered (docs/PROTOCOL.md, section 5.4).
 */
import type { ConnectionEnd } from "../connection";
import { E2eeError, type RosterMember } from "../e2ee";
import { CREATION_SEQ, type EndedReason, type RelayFrame } from "../wire";
import type { Admitted, Resumed } from "./attachment";
import type { CommitRelayed, LeaseFrame, OwnCommit } from "./group";
import type { Change } from "./people";
import type { Room } from "./room";
import type { Ended } from "./types";

/** What the frames tell the session. */
export interface FrameListener {
  /** On the way in. */
  onStep(step: "waiting-for-turn" | "entering"): void;
  /** Inside, the first time or after frames were missed. */
  onInside(): void;
  end(why: Ended): void;
}

/** Numbers that are remembered: more than can be on their way when a connection is lost. */
const MAX_DEALT_WITH = 16_384;

export class Frames {
  readonly #room: Room;
  readonly #listener: FrameListener;
  /** This tab's member number. */
  #number: number;
  /** The last frame dealt with; counts only while inside. */
  #lastSeq = CREATION_SEQ;
  /** The last numbers dealt with: what is sent again after a lost connection is no forgery. */
  readonly #dealtWith = new Set<bigint>();
  #lastAccepted: bigint;
  #isNewSession = false;
  #hasRekeyed = false;
  #hasRenamed = false;
  #hasBeenInside = false;
  /** A gap was told since this tab was last inside. */
  #hasToldGap = false;

  constructor(room: Room, listener: FrameListener, number: number, lastAccepted: bigint) {
    this.#room = room;
    this.#listener = listener;
    this.#number = number;
    this.#lastAccepted = lastAccepted;
  }

  /** The last frame seen, for `Resume`: 0 if the group state is not alive. */
  get lastSeq(): bigint {
    return this.#room.group.member === undefined ? 0n : this.#lastSeq;
  }

  /** Tells the relay how far this tab is. */
  report(): void {
    if (this.#room.whole) this.#room.send({ type: "Received", seq: this.#lastSeq });
  }

  /** The creator is inside from the start. */
  created(): Promise<void> {
    return this.#inside();
  }

  /** Deals with one frame. */
  async take(frame: RelayFrame): Promise<void> {
    switch (frame.type) {
      case "Resumed":
        return this.#resumed(frame);
      case "Admitted":
        return this.#admitted(frame);
      case "Refused": {
        // A room whose time has passed here is expired, whatever the relay still knows of it.
        this.#room.expiry.check();
        if (this.#room.expiry.passed) return;
        const why = await this.#room.attachment.refused(frame);
        if (why !== undefined) this.#listener.end(why);
        return;
      }
      case "Lease":
        return this.#lease(frame);
      case "CommitAccepted":
        return this.#room.isAnswerAwaited() ? this.#accepted(frame.seq) : this.#seen(frame.seq);
      case "CommitRejected":
        return this.#room.isAnswerAwaited()
          ? this.#rejected(frame.epoch)
          : this.#room.commits.ask();
      case "CommitRelayed":
        return this.#commit(frame);
      case "MessageRelayed":
        if (this.#isForged(frame)) return;
        // Frames are numbered upwards; what comes twice was read before.
        if (frame.seq <= this.#lastSeq) return;
        await this.#room.texts.read(this.#room.group, frame);
        this.#seen(frame.seq);
        return this.#room.receipts.add();
      case "Ack":
        this.#room.outbox.acked(frame.id, frame.seq === 0n ? undefined : frame.seq);
        this.#seen(frame.seq);
        return this.#room.outbox.pump();
      case "Nack":
        this.#room.outbox.refused(frame.id);
        return this.#room.outbox.pump();
      case "Delivered":
        return this.#room.deliveries.told(frame.seq, frame.completeness);
      case "Presence":
        return this.#changed(this.#room.people.setPresence(frame.member, frame.presence));
      case "Locked":
        return this.#locked(frame.lock === "locked", frame.member);
      case "Alarm":
        this.#room.entries.add({ kind: "wrong-password", count: frame.count });
        return;
      default:
        // Answers to questions that a member does not ask.
        return;
    }
  }

  #locked(isLocked: boolean, number: number): void {
    const { locked, entries, people } = this.#room;
    if (locked.value === isLocked) return;
    locked.value = isLocked;
    entries.add({ kind: "lock", by: people.byNumber(number), locked: isLocked });
  }

  async #resumed(frame: Resumed): Promise<void> {
    const { attachment, expiry, people, group, outbox, commits, deliveries } = this.#room;
    attachment.resumed();
    expiry.tighten(frame.remainingMs);
    people.setPresences(frame.members);
    this.#number = frame.member;
    this.#lastAccepted = frame.lastMessageId;
    if (frame.continuity === "fresh") deliveries.forget();
    const entering = group.repeatEntering();
    if (entering !== undefined) {
      // If it was accepted, what came after it follows its answer.
      this.#room.send(entering);
      return;
    }
    if (frame.continuity !== "complete" || group.member === undefined) {
      const missed =
        frame.continuity === "gap" || frame.epoch !== (group.member?.epoch ?? frame.epoch);
      if (missed) this.#missed();
      group.lose();
      this.#room.cover.lost();
      if (frame.continuity === "gap") this.#room.send({ type: "RequestLease" });
      this.#room.view.setWhole(false);
      return;
    }
    if (group.own !== undefined) this.#room.send(group.own.frame);
    if (this.#hasRekeyed || this.#hasRenamed) await this.#putCapsule();
    outbox.resume(frame.lastMessageId, frame.epoch);
    this.#room.view.setWhole(true);
    this.#changed(people.setRoster(group.member.roster));
    commits.ask();
    await outbox.pump();
  }

  /** Taken in as a new session: what was said in the meantime is missed. */
  async #admitted(frame: Admitted): Promise<void> {
    const { attachment, expiry, people, group, deliveries } = this.#room;
    attachment.admitted();
    expiry.tighten(frame.remainingMs);
    people.setPresences(frame.members);
    this.#number = frame.member;
    this.#lastAccepted = 0n;
    this.#isNewSession = true;
    // A locked one would not have let this tab in.
    this.#room.locked.value = false;
    if (this.#hasBeenInside) this.#missed();
    group.lose();
    this.#room.cover.lost();
    deliveries.forget();
  }

  async #lease(frame: LeaseFrame): Promise<void> {
    const { group, commits } = this.#room;
    if (group.member !== undefined) return commits.lease(frame);
    const { unanswered } = group;
    if (unanswered !== undefined) {
      // Made in the epoch of the lease, the commit on its way takes it. Else its answer comes first: another one beside it
      // would be taken back by its rejection, and then be accepted.
      if (unanswered.epoch !== frame.epoch) this.#room.send({ type: "ReleaseLease" });
      return;
    }
    this.#listener.onStep("entering");
    try {
      this.#room.send(await group.enter(this.#number, frame));
    } catch (error) {
      // Right for the relay and wrong for the group: link and password changed while this tab was away.
      const changed = error instanceof E2eeError && error.code === "seal";
      this.#listener.end(changed ? "locked-out" : "tampered");
    }
  }

  async #accepted(seq: bigint): Promise<void> {
    const { group } = this.#room;
    const accepted = group.accepted();
    if (accepted?.kind === "entered") {
      this.#lastSeq = seq;
      this.#dealtWith.clear();
    }
    this.#seen(seq);
    if (accepted?.kind === "entered") {
      if (accepted.missed && !this.#hasToldGap) this.#missed();
      await this.#inside();
      if (accepted.rekeyed) await this.#rekeyed(this.#own());
    }
    if (accepted?.kind === "committed") return this.#committed(accepted.own);
  }

  /** Messages were missed, and will not be had. */
  #missed(): void {
    this.#hasToldGap = true;
    this.#room.entries.add({ kind: "gap" });
  }

  async #rejected(epoch: bigint): Promise<void> {
    const { group, commits } = this.#room;
    group.rejected(epoch);
    if (group.outside) {
      this.#listener.onStep("waiting-for-turn");
      this.#room.send({ type: "RequestLease" });
    } else commits.ask();
  }

  /** Everything that follows from being inside, the first time or again. */
  async #inside(): Promise<void> {
    const { group, people, outbox, entries, keys, view, way } = this.#room;
    const { member } = group;
    if (member === undefined) return;
    outbox.restart(this.#lastAccepted, this.#isNewSession);
    this.#isNewSession = false;
    let changes: Change[] = [];
    if (this.#hasBeenInside) changes = people.setRoster(member.roster);
    else people.begin(member.roster);
    await this.#advanced(changes);
    if (!this.#hasBeenInside && way === "joined" && people.isTaken(keys.alias)) {
      entries.add({ kind: "alias-taken", alias: keys.alias });
    }
    this.#hasBeenInside = true;
    this.#hasToldGap = false;
    if (this.#hasRekeyed) await this.#putCapsule();
    view.setWhole(this.#room.whole);
    this.#listener.onInside();
  }

  /** An own commit took effect. */
  async #committed(own: OwnCommit): Promise<void> {
    const { group, people, commits } = this.#room;
    const by = this.#own();
    const done = commits.accepted(own);
    const removal =
      own.fresh === undefined || by === undefined ? undefined : { removed: own.removed, by };
    try {
      const changes = people.setRoster(group.member?.roster ?? [], removal);
      await this.#advanced(changes);
      if (own.fresh !== undefined) await this.#rekeyed(by);
      // Who comes back after a refresh, comes back under the new alias.
      if (own.alias !== undefined) {
        this.#hasRenamed = true;
        await this.#putCapsule();
      }
    } finally {
      done?.();
    }
  }

  async #commit(frame: CommitRelayed): Promise<void> {
    const { group, people } = this.#room;
    const { member } = group;
    if (member === undefined || frame.epoch <= member.epoch) return this.#seen(frame.seq);
    const isOwn =
      frame.member === this.#number && frame.epoch === (group.own?.frame.epoch ?? -1n) + 1n;
    if (isOwn) return this.#accepted(frame.seq);
    const effect = await group.apply(frame);
    this.#seen(frame.seq);
    if (effect.selfRemoved) {
      return this.#listener.end(effect.resynced === undefined ? "evicted" : "replaced");
    }
    const { by } = effect;
    // Those who are gone are told as having left; whoever was staying was removed on purpose.
    const removed = effect.removed.filter(
      (who) => effect.rekey !== undefined || people.isStaying(who),
    );
    const removal = by === undefined || removed.length === 0 ? undefined : { removed, by };
    await this.#advanced(people.setRoster(member.roster, removal));
    if (effect.rekey !== undefined) await this.#rekeyed(by);
  }

  /** The room's secrets are others now. */
  async #rekeyed(by: RosterMember | undefined): Promise<void> {
    const { entries, people, view, keys } = this.#room;
    this.#hasRekeyed = true;
    view.invite(keys);
    // Before anybody is told: who refreshes then finds everything in place.
    await this.#renewCapsule();
    if (by !== undefined) entries.add({ kind: "rekeyed", by: people.person(by) });
  }

  /** Keeps the new secret before the capsule goes out: the old capsule is of no use from then on. */
  async #renewCapsule(): Promise<void> {
    const { keys, browser } = this.#room;
    if (!(await keys.renewCapsuleSecret())) return;
    browser.saveKept(keys.session.kept);
    await this.#putCapsule();
  }

  /** This tab's own entry in the roster. */
  #own(): RosterMember | undefined {
    const { people } = this.#room;
    return people.member(people.self.value.id);
  }

  /** A new epoch: everything that hangs on it. */
  async #advanced(changes: readonly Change[]): Promise<void> {
    const { group, outbox, view } = this.#room;
    this.#changed(changes);
    if (group.member !== undefined) view.showPhrase(group.member);
    await outbox.pump();
  }

  /** Tells who came and went, and sees to those who are gone. */
  #changed(changes: readonly Change[]): void {
    const { entries, people, duty, commits, group, lingering } = this.#room;
    for (const change of changes) {
      if (change.kind === "removed") this.#untellLeft(change.who.id);
      entries.add(change);
    }
    if (group.member === undefined) return;
    lingering.update(people.list.value);
    duty.update(people.gone().length, people.rank());
    commits.ask();
  }

  /** The relay told of a removed one's going before the group told why: one line is enough. */
  #untellLeft(id: string): void {
    const { entries } = this.#room;
    const last = entries.findLast((entry) => "who" in entry && entry.who.id === id);
    if (last?.kind === "left") entries.remove(last.key);
  }

  async #putCapsule(): Promise<void> {
    this.#room.send({ type: "PutCapsule", capsule: await this.#room.keys.sealCapsule() });
  }

  /**
   * Numbers and epochs that no honest relay sends: a number that was passed over before, which is told, and an epoch
   * that no commit has led to, which means that one was held back.
   */
  #isForged({ seq, epoch }: { readonly seq: bigint; readonly epoch: bigint }): boolean {
    const { member } = this.#room.group;
    if (member === undefined) return false;
    if (epoch > member.epoch) {
      this.#listener.end("tampered");
      return true;
    }
    if (seq > this.#lastSeq || this.#dealtWith.has(seq)) return false;
    this.#room.texts.damaged();
    return true;
  }

  #seen(seq: bigint): void {
    if (seq > this.#lastSeq) this.#lastSeq = seq;
    this.#dealtWith.add(seq);
    if (this.#dealtWith.size <= MAX_DEALT_WITH) return;
    const [oldest] = this.#dealtWith;
    if (oldest !== undefined) this.#dealtWith.delete(oldest);
  }
}

/** What the relay's reason for an end is called on the page. */
export function endedBy(reason: EndedReason): Ended {
  return reason === "relay-shut-down" ? "relay-stopped" : reason;
}

/** What it is called when the line ended for good without a word about the room. */
export function endedByClose(why: ConnectionEnd): Ended {
  return why === "protocol-error" ? "tampered" : "relay-stopped";
}
