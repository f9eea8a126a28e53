/**
 * A group without cryptography: what members and sessions see of MLS, told in JSON, for histories that would take hours with
 * the real one.
 *
 * Invariants, as of the real one: an epoch follows from exactly one commit, and members of different histories of one number
 * understand nothing of each other; nobody reads what was sealed before their first epoch, in an epoch older than the two
 * before the present one, or twice; an own commit takes effect by `accept` only.
 */
import {
  type CommitEffect,
  decodeMessage,
  E2eeError,
  type Member,
  type MemberParams,
  type PendingCommit,
  type PendingJoin,
  type RosterMember,
} from "../../../src/e2ee";
import { Pending } from "../../../src/e2ee/pending";
import type { Bytes } from "../../../src/wire";

/** How many epochs before the present one can be read. */
const PAST_EPOCHS = 2;

interface Entry {
  readonly identity: string;
  readonly memberNumber: number;
  readonly alias: string;
  readonly leafIndex: number;
}

interface Epoch {
  readonly number: number;
  /** Names the history that led here. */
  readonly name: string;
  readonly roster: readonly Entry[];
}

interface Commit {
  readonly base: string;
  /** Names the epoch that it leads to. */
  readonly name: string;
  readonly by: string;
  readonly enters: Omit<Entry, "leafIndex"> | undefined;
  readonly renamed: string | undefined;
  readonly removed: readonly string[];
}

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");
const unhex = (text: string) => new Uint8Array(Buffer.from(text, "hex")) as Bytes;
const pack = (value: unknown) => new Uint8Array(Buffer.from(JSON.stringify(value))) as Bytes;
const unpack = <T>(bytes: Uint8Array) => JSON.parse(Buffer.from(bytes).toString()) as T;

/** What was sealed in which payload, as both kinds of members note it down: a history knows its texts by that. */
export const sealedBodies = new WeakMap<Uint8Array, string>();

/** Notes down the text in `data`, if it is one, as that of `payload`. */
export function noteSealed(data: Uint8Array, payload: Uint8Array): void {
  const message = decodeMessage(data);
  if (message.kind === "text") sealedBodies.set(payload, message.body);
}

let commits = 0;

class LightMember {
  readonly identity: Bytes;
  #current: Epoch;
  #past: Epoch[] = [];
  readonly #read = new Set<string>();
  #isPending = false;
  #isGone = false;
  #sealed = 0;

  constructor(identity: Bytes, epoch: Epoch) {
    // A copy: the keyring wipes its own.
    this.identity = identity.slice();
    this.#current = epoch;
  }

  get epoch(): bigint {
    return BigInt(this.#current.number);
  }

  get roster(): readonly RosterMember[] {
    return this.#current.roster.map((entry) => ({ ...entry, identity: unhex(entry.identity) }));
  }

  safetyPhrase(): string[] {
    this.#requireHere();
    return [this.#current.name];
  }

  async encrypt(data: Uint8Array): Promise<{ epoch: bigint; payload: Bytes }> {
    this.#requireHere();
    this.#sealed += 1;
    const { name } = this.#current;
    const from = hex(this.identity);
    const payload = pack({ name, from, n: this.#sealed, data: hex(data) });
    noteSealed(data, payload);
    return { epoch: this.epoch, payload };
  }

  async decrypt(epoch: bigint, payload: Uint8Array): Promise<{ from: RosterMember; data: Bytes }> {
    this.#requireHere();
    const of = [this.#current, ...this.#past].find(({ number }) => BigInt(number) === epoch);
    const { name, from, n, data } = unpack<{ name: string; from: string; n: number; data: string }>(
      payload,
    );
    const once = `${name} ${from} ${n}`;
    if (of?.name !== name || this.#read.has(once)) throw new E2eeError("seal", "cannot be opened");
    this.#read.add(once);
    const entry = of.roster.find(({ identity }) => identity === from);
    if (entry === undefined) throw new E2eeError("state", "from nobody");
    return { from: { ...entry, identity: unhex(from) }, data: unhex(data) };
  }

  async applyCommit(epoch: bigint, memberNumber: number, bytes: Uint8Array): Promise<CommitEffect> {
    this.#requireHere();
    const commit = unpack<Commit>(bytes);
    const before = this.roster;
    if (epoch !== this.epoch || commit.base !== this.#current.name) {
      throw new E2eeError("epoch", "a commit of another epoch");
    }
    if (this.#isPending) throw new E2eeError("state", "an own commit is pending");
    const next = following(this.#current, commit);
    const find = (roster: readonly RosterMember[], identity: string) =>
      roster.find((member) => hex(member.identity) === identity);
    const by = find(before, commit.by);
    const selfRemoved =
      commit.removed.includes(hex(this.identity)) || commit.enters?.identity === hex(this.identity);
    if (selfRemoved) this.wipe();
    else this.#move(next);
    const who = commit.enters && find(this.roster, commit.enters.identity);
    if (who !== undefined && who.memberNumber !== memberNumber)
      throw new E2eeError("state", "a forged number");
    const removed = before.filter(({ identity }) => commit.removed.includes(hex(identity)));
    const renamed = commit.renamed === undefined ? undefined : find(this.roster, commit.by);
    if (who !== undefined) {
      return { removed, ...(by === undefined ? { joined: who } : { resynced: who }), selfRemoved };
    }
    return { removed, ...(by && { by }), ...(renamed && { renamed }), selfRemoved };
  }

  commitRemoval(identities: readonly Uint8Array[]): Promise<PendingCommit> {
    return this.#commit({ removed: identities.map(hex), renamed: undefined });
  }

  commitRename(alias: string): Promise<PendingCommit> {
    return this.#commit({ removed: [], renamed: alias });
  }

  wipe(): void {
    this.#isGone = true;
  }

  async #commit(what: Pick<Commit, "removed" | "renamed">): Promise<PendingCommit> {
    this.#requireHere();
    if (this.#isPending) throw new E2eeError("state", "a commit is pending already");
    const commit = made(this.#current, { ...what, by: hex(this.identity), enters: undefined });
    const next = following(this.#current, commit);
    this.#isPending = true;
    return new Pending<void>(pack(commit), pack(next), {
      accept: () => {
        this.#isPending = false;
        this.#move(next);
      },
      discard: () => {
        this.#isPending = false;
      },
    });
  }

  #move(next: Epoch): void {
    this.#past = [this.#current, ...this.#past].slice(0, PAST_EPOCHS);
    this.#current = next;
  }

  #requireHere(): void {
    if (this.#isGone) throw new E2eeError("removed", "this member is not in the group any more");
  }
}

/** As `Member.create`. */
export async function createLightly({ identity, memberNumber, alias }: MemberParams): Promise<{
  member: Member;
  groupState: Bytes;
}> {
  commits += 1;
  const own = { identity: hex(identity), memberNumber, alias, leafIndex: 0 };
  const epoch = { number: 0, name: `epoch ${commits}`, roster: [own] };
  return { member: asMember(new LightMember(identity, epoch)), groupState: pack(epoch) };
}

/** As `Member.join`. */
export async function joinLightly(
  { identity, memberNumber, alias }: MemberParams,
  epoch: bigint,
  groupState: Uint8Array,
): Promise<PendingJoin> {
  const base = unpack<Epoch>(groupState);
  if (BigInt(base.number) !== epoch) throw new E2eeError("epoch", "a group state of another epoch");
  const own = hex(identity);
  const enters = { identity: own, memberNumber, alias };
  const commit = made(base, { enters, by: own, removed: [], renamed: undefined });
  const next = following(base, commit);
  const copy = identity.slice();
  const pending = new Pending(pack(commit), pack(next), {
    accept: () => asMember(new LightMember(copy, next)),
    discard: () => undefined,
  });
  const isReturn = base.roster.some((entry) => entry.identity === own);
  return Object.assign(pending, { isReturn });
}

function made(base: Epoch, what: Omit<Commit, "base" | "name">): Commit {
  commits += 1;
  return { ...what, base: base.name, name: `epoch ${commits}` };
}

function following({ number, roster }: Epoch, commit: Commit): Epoch {
  const { enters, removed, renamed, by, name } = commit;
  const kept = roster
    .filter(({ identity }) => !removed.includes(identity) && identity !== enters?.identity)
    .map((entry) =>
      entry.identity === by && renamed !== undefined ? { ...entry, alias: renamed } : entry,
    );
  const taken = new Set(kept.map(({ leafIndex }) => leafIndex));
  let leafIndex = 0;
  while (taken.has(leafIndex)) leafIndex += 1;
  const entered = enters === undefined ? kept : [...kept, { ...enters, leafIndex }];
  return {
    number: number + 1,
    name,
    roster: entered.sort((a, b) => a.leafIndex - b.leafIndex),
  };
}

function asMember(member: LightMember): Member {
  return member as unknown as Member;
}
