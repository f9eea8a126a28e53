/**
 * Who is in the room, as people see it: the group's roster seen through what the relay says of connections.
 *
 * The roster says who can read (it comes from the group and cannot be forged by the relay); presence says whose
 * connection is alive, as the relay has it. Listed is exactly who stands in the roster: somebody whom the relay calls gone,
 * or whom it never announced, is listed as leaving until the commit that removes them, since they can read until then.
 *
 * Invariants: this tab's own person is always listed, as here. "joined" is told when the roster has somebody new, whatever
 * the relay says; "left" once, at the relay's word or when the roster loses them; "returned" when somebody is here again who
 * was told to have left. A connection that is lost and comes back in time is never told.
 */
import { sha256 } from "@noble/hashes/sha2.js";
import { concatBytes, utf8ToBytes } from "@noble/hashes/utils.js";
import { type ReadonlySignal, type Signal, signal } from "@preact/signals-core";
import { memberWords, type RosterMember, roomWords } from "../e2ee";
import type { MemberPresence, Presence } from "../wire";
import { personId } from "./person-id";
import { aliasSkeleton } from "./skeleton";
import type { Person } from "./types";

/** What changed for the eyes. */
export type Change =
  | { readonly kind: "joined" | "left" | "returned"; readonly who: Person }
  | { readonly kind: "renamed"; readonly who: Person; readonly before: string }
  | { readonly kind: "removed"; readonly who: Person; readonly by: Person };

type Words = readonly [string, string];

/** The two words and the mark of a room. */
export function roomFace(roomId: Uint8Array<ArrayBuffer>): { words: Words; mark: Uint8Array } {
  return {
    words: roomWords(roomId),
    mark: sha256(concatBytes(utf8ToBytes("sanctuary/1 room"), roomId)),
  };
}

export class People {
  readonly #roomId: Uint8Array<ArrayBuffer>;
  readonly #ownId: string;
  readonly #list = signal<readonly Person[]>([]);
  readonly #self: Signal<Person>;
  #roster: readonly RosterMember[] = [];
  #presences = new Map<number, Presence>();
  #toldGone = new Map<string, Person>();
  #faces = new Map<string, { words: Words; mark: Uint8Array }>();

  constructor(
    roomId: Uint8Array<ArrayBuffer>,
    own: { identity: Uint8Array<ArrayBuffer>; alias: string },
  ) {
    this.#roomId = roomId;
    this.#ownId = personId(own.identity);
    this.#self = signal(this.#person(own.identity, own.alias, "here"));
    this.#list.value = [this.#self.value];
  }

  get list(): ReadonlySignal<readonly Person[]> {
    return this.#list;
  }

  /** Whether somebody else is there, of those with these ids if there are any: who is leaving has nothing that was said since. */
  isAnybodyThere(ids?: readonly string[]): boolean {
    return this.#list.value.some(
      ({ id, self, presence }) =>
        !self && presence !== "leaving" && (ids === undefined || ids.includes(id)),
    );
  }

  get self(): ReadonlySignal<Person> {
    return this.#self;
  }

  /** The roster of the epoch in which this tab came in: nobody in it is news, nor that some are leaving. */
  begin(roster: readonly RosterMember[]): void {
    this.setRoster(roster);
    for (const person of this.#list.value) {
      if (person.presence === "leaving") this.#toldGone.set(person.id, person);
    }
  }

  /** The roster after a commit, or the same as before. `removal`: who removed whom on purpose in it. */
  setRoster(
    roster: readonly RosterMember[],
    removal?: { removed: readonly RosterMember[]; by: RosterMember },
  ): Change[] {
    this.#roster = roster;
    return this.#renew(removal);
  }

  /** True if this member of the roster is listed, and not as leaving. */
  isStaying(member: RosterMember): boolean {
    const id = personId(member.identity);
    return this.#list.value.some((other) => other.id === id && other.presence !== "leaving");
  }

  /** The relay's whole list, after joining or coming back: who is not in it is gone. Seen with the next change. */
  setPresences(presences: readonly MemberPresence[]): void {
    const alive = presences.filter(({ presence }) => presence !== "gone");
    this.#presences = new Map(alive.map(({ member, presence }) => [member, presence]));
  }

  /** One change that the relay tells. */
  setPresence(member: number, presence: Presence): Change[] {
    if (presence === "gone") this.#presences.delete(member);
    else this.#presences.set(member, presence);
    return this.#renew();
  }

  /** Those in the group whose session has ended: they can still read, and are to be removed. */
  gone(): RosterMember[] {
    return this.#roster.filter((member) => this.#presenceOf(member) === "gone");
  }

  /** How many of those here stand before this tab in the tree (docs/PROTOCOL.md, section 8.5). */
  rank(): number {
    const own = this.#roster.find((member) => this.#isSelf(member));
    if (own === undefined) return 0;
    return this.#roster.filter(
      (member) => member.leafIndex < own.leafIndex && this.#presenceOf(member) === "here",
    ).length;
  }

  /** The roster's member of a listed person. */
  member(id: string): RosterMember | undefined {
    return this.#roster.find((member) => personId(member.identity) === id);
  }

  /** The listed person of that id. */
  byId(id: string): Person | undefined {
    return this.#list.value.find((person) => person.id === id);
  }

  /** The listed person whose session has that number. */
  byNumber(number: number): Person | undefined {
    const member = this.#roster.find(({ memberNumber }) => memberNumber === number);
    return member && this.byId(personId(member.identity));
  }

  /** Somebody of the roster as a person, listed or not. */
  person(member: RosterMember): Person {
    const listed = this.#list.value.find((person) => person.id === personId(member.identity));
    return listed ?? this.#person(member.identity, member.alias, "here");
  }

  /** Numbers of sessions that the relay knows and the group does not: joining just now, or left over of somebody's. */
  outside(): readonly number[] {
    const numbers = new Set(this.#roster.map(({ memberNumber }) => memberNumber));
    return [...this.#presences.keys()].filter((number) => !numbers.has(number));
  }

  /** True if somebody else here goes by `alias`, or by one that looks the same. */
  isTaken(alias: string): boolean {
    const skeleton = aliasSkeleton(alias);
    return this.#list.value.some(
      ({ self, presence, alias: other }) =>
        !self && presence !== "leaving" && aliasSkeleton(other) === skeleton,
    );
  }

  wipe(): void {
    this.#roster = [];
    this.#list.value = [];
    this.#presences.clear();
    this.#toldGone.clear();
    this.#faces.clear();
  }

  /** Draws the list anew and says what changed. */
  #renew(removal?: { removed: readonly RosterMember[]; by: RosterMember }): Change[] {
    const before = new Map(this.#list.value.map((person) => [person.id, person]));
    const now = this.#listed();
    const removed = new Set(removal?.removed.map((member) => personId(member.identity)));
    const by = removal === undefined ? undefined : this.person(removal.by);
    this.#list.value = now;
    const own = now.find((person) => person.self);
    if (own !== undefined) this.#self.value = own;

    const changes: Change[] = [];
    for (const member of removal?.removed ?? []) {
      const id = personId(member.identity);
      const who = before.get(id) ?? this.#toldGone.get(id) ?? this.person(member);
      if (by !== undefined) changes.push({ kind: "removed", who, by });
      this.#toldGone.set(id, who);
    }
    const present = new Map(now.map((person) => [person.id, person]));
    for (const [id, who] of before) {
      const after = present.get(id);
      const isGoing = after?.presence === "leaving" && who.presence !== "leaving";
      if ((after !== undefined && !isGoing) || removed.has(id) || this.#toldGone.has(id)) continue;
      this.#toldGone.set(id, who);
      changes.push({ kind: "left", who });
    }
    for (const who of now) {
      const alias = before.get(who.id)?.alias;
      if (alias !== undefined && alias !== who.alias) {
        changes.push({ kind: "renamed", who, before: alias });
      }
      const isBack = who.presence !== "leaving" && this.#toldGone.delete(who.id);
      if (isBack) changes.push({ kind: "returned", who });
      else if (!before.has(who.id)) changes.push({ kind: "joined", who });
    }
    return changes;
  }

  #listed(): Person[] {
    const listed = this.#roster.map((member) =>
      this.#person(member.identity, member.alias, this.#presenceOf(member)),
    );
    const self = this.#self.value;
    if (listed.some((person) => person.self)) return listed;
    return [self, ...listed];
  }

  /** Who stands in the group under no number can read all the same: always shown, and never taken for gone. */
  #presenceOf(member: RosterMember): Presence {
    if (this.#isSelf(member) || member.alias === undefined) return "here";
    return this.#presences.get(member.memberNumber) ?? "gone";
  }

  #isSelf(member: RosterMember): boolean {
    return personId(member.identity) === this.#ownId;
  }

  #person(
    identity: Uint8Array<ArrayBuffer>,
    alias: string | undefined,
    presence: Presence,
  ): Person {
    const id = personId(identity);
    const { words, mark } = this.#face(id, identity);
    return {
      id,
      alias: alias ?? words.join(" "),
      words,
      mark,
      self: id === this.#ownId,
      presence: presence === "gone" ? "leaving" : presence,
    };
  }

  #face(id: string, identity: Uint8Array<ArrayBuffer>): { words: Words; mark: Uint8Array } {
    const known = this.#faces.get(id);
    if (known !== undefined) return known;
    const face = {
      words: memberWords(this.#roomId, identity),
      mark: sha256(concatBytes(utf8ToBytes("sanctuary/1 member"), this.#roomId, identity)),
    };
    this.#faces.set(id, face);
    return face;
  }
}
