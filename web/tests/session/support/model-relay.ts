/**
 * A relay as docs/PROTOCOL.md, section 5, wants it, for one room and with all rights taken for granted: no password is looked
 * at, no lease runs out, nothing is bounded. What it knows of deliveries it keeps message by message, as plainly as can be.
 * It throws on whatever no client may send.
 */
import type {
  Bytes,
  ClientFrame,
  Completeness,
  MemberPresence,
  RelayFrame,
} from "../../../src/wire";

type FrameNamed<F, T> = Extract<F, { readonly type: T }>;
type MessageFrame = FrameNamed<ClientFrame, "Message">;
type CommitFrame = FrameNamed<ClientFrame, "Commit">;

/** How many epochs before the present one messages may come from. */
const PAST_EPOCHS = 2n;
/** The number that the making of the room takes; commits and messages have those after it. */
const MADE = 1n;
const LIFETIME_MS = 3_600_000;
const LEASE_MS = 10_000;

/** One connection, and what is on its way on it. */
export class Line {
  member: number | undefined;
  readonly up: ClientFrame[] = [];
  readonly down: RelayFrame[] = [];
}

/** A commit that was accepted, and where it led. */
interface Receipt {
  readonly commit: Uint8Array;
  readonly seq: bigint;
  readonly epoch: bigint;
}

class Session {
  line: Line | undefined;
  settled: bigint | undefined;
  accepted = 0n;
  /** An earlier message was refused, and not accepted since: those behind it may come. */
  hasRefused = false;
  receipt:
    | { readonly commit: Uint8Array; readonly seq: bigint; readonly epoch: bigint }
    | undefined;
  /** Messages that were relayed for it and that it has not said to have. */
  lacks = new Set<bigint>();
  /** Messages that were to be for it and never will. */
  readonly misses = new Set<bigint>();
  /** Own messages that it was told nothing of. */
  readonly awaits = new Set<bigint>();
  told: { seq: bigint; completeness: Completeness }[] = [];

  constructor(
    readonly member: number,
    readonly key: string,
  ) {}
}

/** A frame of the room's order. */
export interface Entry {
  readonly seq: bigint;
  readonly from: number;
  /** For a message. */
  readonly id: bigint | undefined;
  /** Empty for everyone. */
  readonly recipients: readonly number[];
  readonly frame: FrameNamed<RelayFrame, "MessageRelayed" | "CommitRelayed">;
}

const keyName = (key: Uint8Array) => Buffer.from(key).toString("hex");

export class ModelRelay {
  epoch = 0n;
  readonly log: Entry[] = [];
  readonly sessions = new Map<number, Session>();
  /** Where each session came into the group for the first time, of those that are forgotten too. */
  readonly entered = new Map<number, bigint>();
  /** Each commit by which somebody came into the group, or back into it. */
  readonly entrances: { readonly member: number; readonly seq: bigint; readonly epoch: bigint }[] =
    [];
  /** How often a session was told that it cannot have what it missed. */
  readonly losses = new Map<number, number>();
  readonly #lines = new Set<Line>();
  #groupState: Bytes;
  /** The first frame that is kept for those who come back. */
  #keptFrom = MADE + 1n;
  #lastMember = 0;
  #holder: number | undefined;
  #waiting: number[] = [];

  /** With a creator, on a connection of its own. */
  constructor(creatorKey: Uint8Array, groupState: Bytes, line: Line) {
    this.#groupState = groupState;
    this.#lines.add(line);
    const creator = this.#admit(creatorKey, line);
    creator.settled = MADE;
    this.entered.set(creator.member, MADE);
    this.entrances.push({ member: creator.member, seq: MADE, epoch: 0n });
  }

  connect(): Line {
    const line = new Line();
    this.#lines.add(line);
    return line;
  }

  /** A connection breaks, with all that is on its way. The relay may not notice. */
  cut(line: Line, notices: boolean): void {
    this.#lines.delete(line);
    const session = line.member === undefined ? undefined : this.sessions.get(line.member);
    if (!notices || session === undefined || session.line !== line) return;
    session.line = undefined;
    this.#withdraw(session.member);
    this.#tellPresence(session.member, "away");
  }

  /** The sessions of those whose connections are lost are over. */
  forgetAbsent(): void {
    for (const { member, line } of [...this.sessions.values()]) {
      if (line === undefined || !this.#lines.has(line)) this.#dismiss(member);
    }
  }

  /** Nothing that was relayed until now is kept any longer. */
  dropKept(): void {
    this.#keptFrom = this.#lastSeq + 1n;
  }

  /** Sends the frame that was delivered last on a line again, as no honest relay does. */
  repeat(line: Line): void {
    const session = line.member === undefined ? undefined : this.sessions.get(line.member);
    if (session?.settled === undefined) return;
    const { member, settled } = session;
    const last = this.log.findLast((entry) => entry.seq > settled && isFor(entry, member));
    if (last !== undefined) line.down.push(formFor(last, member));
  }

  /** Takes in one frame from a connection; false if there is none. */
  take(line: Line): boolean {
    const frame = this.#lines.has(line) ? line.up.shift() : undefined;
    if (frame === undefined) return false;
    if (line.member !== undefined) {
      const session = this.sessions.get(line.member);
      if (session?.line === line) this.#handle(session, frame);
    } else if (frame.type === "Resume") this.#resume(frame, line);
    else if (frame.type === "Join") {
      const { member } = this.#admit(frame.sessionKey, line);
      this.#tellPresence(member, "here");
      this.#waiting.push(member);
      this.#grant();
    } else throw new Error(`${frame.type} from nobody`);
    return true;
  }

  /** Tells senders what became of their messages. */
  report(): void {
    const told: [Session, bigint, Completeness][] = [];
    for (const sender of this.sessions.values()) {
      const others = [...this.sessions.values()].filter((other) => other !== sender);
      const lacked = others.flatMap(({ lacks }) => [...lacks]);
      const isOutstanding = (seq: bigint) => lacked.some((other) => other <= seq);
      for (const seq of [...sender.awaits].filter((awaited) => !isOutstanding(awaited))) {
        const isMissed = others.some(({ misses }) => misses.has(seq));
        told.push([sender, seq, isMissed ? "missed" : "everyone"]);
      }
    }
    for (const [session, seq, completeness] of told) {
      session.awaits.delete(seq);
      const last = session.told.at(-1);
      if (last?.completeness === completeness) last.seq = seq;
      else session.told.push({ seq, completeness });
      this.#tell(session, { type: "Delivered", seq, completeness });
    }
  }

  get #lastSeq(): bigint {
    return MADE + BigInt(this.log.length);
  }

  #handle(session: Session, frame: ClientFrame): void {
    switch (frame.type) {
      case "Message":
        this.#message(session, frame);
        return;
      case "Commit":
        this.#commit(session, frame);
        return;
      case "RequestLease":
        this.#request(session);
        return;
      case "ReleaseLease":
        this.#withdraw(session.member);
        return;
      case "Received":
        if (frame.seq > this.#lastSeq) throw new Error("a report of what was never sent");
        session.lacks = new Set([...session.lacks].filter((seq) => seq > frame.seq));
        return;
      case "Leave":
        this.#tell(session, { type: "Ended", reason: "left" });
        this.#dismiss(session.member);
        return;
      case "PutCapsule":
        return;
      default:
        throw new Error(`unexpected ${frame.type}`);
    }
  }

  #admit(key: Uint8Array, line: Line): Session {
    this.#lastMember += 1;
    const session = new Session(this.#lastMember, keyName(key));
    session.line = line;
    line.member = session.member;
    this.sessions.set(session.member, session);
    const { member } = session;
    this.#tell(session, {
      type: "Admitted",
      member,
      remainingMs: LIFETIME_MS,
      members: this.#members(),
    });
    return session;
  }

  #resume({ sessionKey, lastSeq }: FrameNamed<ClientFrame, "Resume">, line: Line): void {
    const session = [...this.sessions.values()].find(({ key }) => key === keyName(sessionKey));
    if (session === undefined) {
      line.down.push({ type: "Refused", reason: "gone", retryAfterMs: 0 });
      return;
    }
    const { member } = session;
    const continuity = this.#continuity(session, lastSeq);
    line.member = member;
    const wasAway = session.line === undefined;
    session.line = line;
    if (continuity === "complete") {
      session.lacks = new Set([...session.lacks].filter((seq) => seq > lastSeq));
    } else {
      session.settled = undefined;
      for (const seq of session.lacks) session.misses.add(seq);
      session.lacks.clear();
    }
    if (continuity === "gap") this.#noteLoss(member);
    if (continuity === "fresh") {
      session.awaits.clear();
      session.told = [];
    }
    this.#tell(session, {
      type: "Resumed",
      member,
      remainingMs: LIFETIME_MS,
      epoch: this.epoch,
      lastMessageId: session.accepted,
      continuity,
      capsule: new Uint8Array(32),
      members: this.#members(),
    });
    if (continuity === "complete") this.#replay(session, lastSeq);
    for (const run of session.told) this.#tell(session, { type: "Delivered", ...run });
    if (wasAway) this.#tellPresence(member, "here");
    this.#withdraw(member);
    if (continuity === "fresh") this.#waiting.push(member);
    this.#grant();
  }

  #continuity({ member, settled }: Session, lastSeq: bigint): "complete" | "gap" | "fresh" {
    if (lastSeq === 0n) return "fresh";
    const hasBegun = settled !== undefined && settled <= lastSeq + 1n;
    const missed = this.log.some((entry) => entry.seq > lastSeq && isFor(entry, member));
    return hasBegun && (!missed || this.#canReplay(lastSeq)) ? "complete" : "gap";
  }

  #message(session: Session, { id, epoch, recipients, payload }: MessageFrame): void {
    if (id <= session.accepted) {
      const known = this.log.find((entry) => entry.from === session.member && entry.id === id);
      this.#tell(session, { type: "Ack", id, seq: known?.seq ?? 0n });
      return;
    }
    const isNext = id === session.accepted + 1n;
    if (!isNext && !session.hasRefused) throw new Error("ids have a gap");
    if (epoch > this.epoch) throw new Error("encrypted in an epoch that was never accepted");
    if (recipients.some((number) => number > this.#lastMember)) throw new Error("for a stranger");
    const isStale = !isNext || epoch + PAST_EPOCHS < this.epoch;
    session.hasRefused = isStale;
    if (isStale) {
      this.#tell(session, { type: "Nack", id, reason: "stale-epoch" });
      return;
    }
    session.accepted = id;
    const seq = this.#lastSeq + 1n;
    const frame = { type: "MessageRelayed", seq, epoch, payload } as const;
    this.#relay({ seq, from: session.member, id, recipients, frame }, { type: "Ack", id, seq });
  }

  #commit(session: Session, { epoch: madeIn, commit, groupState }: CommitFrame): void {
    const { member, receipt } = session;
    if (receipt?.commit === commit) {
      this.#repeat(session, receipt);
      return;
    }
    if (madeIn !== this.epoch || this.#holder !== member) {
      this.#tell(session, { type: "CommitRejected", epoch: this.epoch });
      return;
    }
    this.epoch += 1n;
    this.#groupState = groupState;
    const seq = this.#lastSeq + 1n;
    const { epoch } = this;
    session.receipt = { commit, seq, epoch };
    if (session.settled === undefined) this.entrances.push({ member, seq, epoch });
    session.settled ??= seq;
    if (!this.entered.has(member)) this.entered.set(member, seq);
    const frame = { type: "CommitRelayed", seq, epoch, member, commit } as const;
    const accepted = { type: "CommitAccepted", seq, epoch } as const;
    this.#relay({ seq, from: member, id: undefined, recipients: [], frame }, accepted);
    this.#withdraw(member);
  }

  #repeat(session: Session, { seq, epoch }: Receipt): void {
    const isSettled = session.settled !== undefined;
    if (!isSettled && !this.#canReplay(seq)) {
      this.#noteLoss(session.member);
      this.#tell(session, { type: "CommitRejected", epoch: this.epoch });
      return;
    }
    this.#tell(session, { type: "CommitAccepted", seq, epoch });
    if (isSettled) return;
    session.settled = seq;
    for (const missed of [...session.misses].filter((other) => other > seq)) {
      session.misses.delete(missed);
      session.lacks.add(missed);
    }
    this.#replay(session, seq);
  }

  #noteLoss(member: number): void {
    this.losses.set(member, (this.losses.get(member) ?? 0) + 1);
  }

  #relay(entry: Entry, receipt: RelayFrame): void {
    const { seq, id } = entry;
    this.log.push(entry);
    for (const session of this.sessions.values()) {
      if (session.member === entry.from) {
        if (id !== undefined) session.awaits.add(seq);
        this.#tell(session, receipt);
      } else if (!isFor(entry, session.member)) continue;
      else if (session.settled !== undefined) {
        if (id !== undefined) session.lacks.add(seq);
        this.#tell(session, entry.frame);
      } else if (id !== undefined && this.entered.has(session.member)) session.misses.add(seq);
    }
  }

  #replay(session: Session, after: bigint): void {
    for (const entry of this.log) {
      if (entry.seq > after && isFor(entry, session.member)) {
        this.#tell(session, formFor(entry, session.member));
      }
    }
  }

  #canReplay(after: bigint): boolean {
    return after === this.#lastSeq || this.#keptFrom <= after + 1n;
  }

  #members(): MemberPresence[] {
    return [...this.sessions.values()].map(({ member, line }) => ({
      member,
      presence: line === undefined ? "away" : "here",
    }));
  }

  #dismiss(member: number): void {
    this.sessions.delete(member);
    this.#withdraw(member);
    this.#tellPresence(member, "gone");
  }

  #request(session: Session): void {
    const { member } = session;
    if (this.#holder === member) this.#tellLease(session);
    else if (!this.#waiting.includes(member)) this.#waiting.push(member);
    this.#grant();
  }

  #withdraw(member: number): void {
    if (this.#holder === member) this.#holder = undefined;
    this.#waiting = this.#waiting.filter((waiting) => waiting !== member);
    this.#grant();
  }

  #grant(): void {
    if (this.#holder !== undefined) return;
    this.#holder = this.#waiting.shift();
    const session = this.#holder === undefined ? undefined : this.sessions.get(this.#holder);
    if (session !== undefined) this.#tellLease(session);
  }

  #tellLease(session: Session): void {
    const { epoch } = this;
    this.#tell(session, {
      type: "Lease",
      epoch,
      durationMs: LEASE_MS,
      groupState: this.#groupState,
    });
  }

  #tellPresence(member: number, presence: MemberPresence["presence"]): void {
    for (const session of this.sessions.values()) {
      if (session.member !== member) this.#tell(session, { type: "Presence", member, presence });
    }
  }

  #tell({ line }: Session, frame: RelayFrame): void {
    if (line !== undefined && this.#lines.has(line)) line.down.push(frame);
  }
}

function isFor({ from, recipients }: Entry, member: number): boolean {
  return from === member || recipients.length === 0 || recipients.includes(member);
}

/** The frame as that member gets it when it is replayed. */
function formFor({ from, id, seq, frame }: Entry, member: number): RelayFrame {
  return id !== undefined && from === member ? { type: "Ack", id, seq } : frame;
}
