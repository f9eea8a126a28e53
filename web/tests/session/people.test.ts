import { describe, expect, it } from "vitest";
import type { RosterMember } from "../../src/e2ee";
import { type Change, People } from "../../src/session/people";
import { personId } from "../../src/session/person-id";

const ROOM_ID = new Uint8Array(16).fill(7);
const identity = (n: number) => new Uint8Array(16).fill(n);
const id = (n: number) => personId(identity(n));

function member(
  n: number,
  memberNumber = n,
  alias: string | undefined = `member ${n}`,
): RosterMember {
  return { identity: identity(n), memberNumber, alias, leafIndex: n };
}

/** Member 1 is this tab; 2 and 3 are here. */
function start() {
  const people = new People(ROOM_ID, { identity: identity(1), alias: "member 1" });
  people.setPresences([1, 2, 3].map((number) => ({ member: number, presence: "here" })));
  people.setRoster([member(1), member(2), member(3)]);
  return people;
}

const listed = (people: People) =>
  people.list.value.map(({ alias, presence }) => `${alias} ${presence}`);
const told = (changes: Change[]) => changes.map(({ kind, who }) => `${who.alias} ${kind}`);

describe("people", () => {
  it("lists this tab from the start, and always as here", () => {
    const people = new People(ROOM_ID, { identity: identity(1), alias: "me" });
    expect(listed(people)).toEqual(["me here"]);
    people.setPresences([]);
    people.setRoster([member(1), member(2)]);
    expect(listed(people)).toEqual(["member 1 here", "member 2 leaving"]);
    expect(people.self.value.self).toBe(true);
  });

  it("says nothing of a connection that is lost and comes back in time", () => {
    const people = start();
    expect(told(people.setPresence(2, "away"))).toEqual([]);
    expect(listed(people)).toEqual(["member 1 here", "member 2 away", "member 3 here"]);
    expect(told(people.setPresence(2, "here"))).toEqual([]);
  });

  it("tells that somebody left once, at the relay's word, and nothing more when the group follows", () => {
    const people = start();
    expect(told(people.setPresence(2, "gone"))).toEqual(["member 2 left"]);
    expect(people.gone().map(({ memberNumber }) => memberNumber)).toEqual([2]);
    expect(listed(people)).toEqual(["member 1 here", "member 2 leaving", "member 3 here"]);
    expect(people.isTaken("member 2")).toBe(false);
    expect(told(people.setPresence(2, "gone"))).toEqual([]);
    expect(told(people.setRoster([member(1), member(3)]))).toEqual([]);
    expect(listed(people)).toEqual(["member 1 here", "member 3 here"]);
    expect(people.gone()).toEqual([]);
  });

  it("knows that nobody is there once all others are gone, although they still stand in the group", () => {
    const people = start();
    people.setPresence(2, "gone");
    people.setPresence(3, "away");
    expect(people.isAnybodyThere()).toBe(true);
    expect(people.isAnybodyThere([id(1), id(2)])).toBe(false);
    expect(people.isAnybodyThere([id(1), id(3)])).toBe(true);
    people.setPresence(3, "gone");
    expect(people.isAnybodyThere()).toBe(false);
  });

  it("knows the sessions that stand in no roster, which a kick is to end", () => {
    const people = start();
    expect(people.outside()).toEqual([]);
    people.setPresence(4, "here");
    people.setPresence(5, "away");
    expect(people.outside()).toEqual([4, 5]);
    people.setPresence(5, "gone");
    people.setRoster([member(1), member(2), member(3), member(4)]);
    expect(people.outside()).toEqual([]);
  });

  it("tells that somebody joined only when the group has them", () => {
    const people = start();
    expect(told(people.setPresence(4, "here"))).toEqual([]);
    expect(told(people.setRoster([member(1), member(2), member(3), member(4)]))).toEqual([
      "member 4 joined",
    ]);
  });

  it("lists and tells whoever joined the group, also if the relay never announced them", () => {
    const people = start();
    const four = [member(1), member(2), member(3), member(4)];
    expect(told(people.setRoster(four))).toEqual(["member 4 joined"]);
    expect(listed(people)).toContain("member 4 leaving");
    expect(people.gone().map(({ memberNumber }) => memberNumber)).toEqual([4]);
    expect(told(people.setRoster(four.slice(0, 3)))).toEqual(["member 4 left"]);
  });

  it("takes those who stand there at the beginning for no news, nor that they are removed", () => {
    const people = new People(ROOM_ID, { identity: identity(1), alias: "member 1" });
    people.setPresences([{ member: 1, presence: "here" }]);
    people.begin([member(1), member(2)]);
    expect(listed(people)).toEqual(["member 1 here", "member 2 leaving"]);
    expect(told(people.setRoster([member(1)]))).toEqual([]);
  });

  it("tells that somebody returned under another number, but only if they were told to have left", () => {
    const people = start();
    people.setPresence(2, "gone");
    people.setPresence(9, "here");
    expect(told(people.setRoster([member(1), member(2, 9), member(3)]))).toEqual([
      "member 2 returned",
    ]);
    expect(told(people.setRoster([member(1), member(2, 9), member(3)]))).toEqual([]);
    people.setPresence(10, "here");
    expect(told(people.setRoster([member(1), member(2, 9), member(3, 10)]))).toEqual([]);
  });

  it("finds out after an absence who is gone and who is new", () => {
    const people = start();
    people.setPresences([
      { member: 1, presence: "here" },
      { member: 3, presence: "away" },
      { member: 4, presence: "here" },
    ]);
    expect(told(people.setRoster([member(1), member(3), member(4)])).sort()).toEqual([
      "member 2 left",
      "member 4 joined",
    ]);
  });

  it("tells of a removal by whom, also when the relay's word came first", () => {
    const people = start();
    const removal = { removed: [member(2)], by: member(3) };
    const changes = people.setRoster([member(1), member(3)], removal);
    expect(changes).toHaveLength(1);
    expect(changes[0]).toMatchObject({ kind: "removed", who: { id: id(2) }, by: { id: id(3) } });

    const late = start();
    expect(told(late.setPresence(2, "gone"))).toEqual(["member 2 left"]);
    expect(told(late.setRoster([member(1), member(3)], removal))).toEqual(["member 2 removed"]);
  });

  it("ranks those here by their place in the tree", () => {
    const people = new People(ROOM_ID, { identity: identity(5), alias: "me" });
    people.setPresences([1, 2, 3, 5, 6].map((number) => ({ member: number, presence: "here" })));
    people.setRoster([member(1), member(2), member(3), member(4), member(5), member(6)]);
    expect(people.rank()).toBe(3);
    people.setPresence(1, "away");
    expect(people.rank()).toBe(2);
    people.setPresence(2, "gone");
    expect(people.rank()).toBe(1);
  });

  it("shows whoever stands in the group without an entry in the roster: they can read", () => {
    const people = start();
    const hidden = { ...member(4, 0), alias: undefined };
    people.setRoster([member(1), member(2), member(3), hidden]);
    expect(people.list.value).toHaveLength(4);
    expect(people.list.value[3]?.alias).toBe(people.list.value[3]?.words.join(" "));
    expect(people.gone()).toEqual([]);
  });

  it("tells people with the same alias apart", () => {
    const people = new People(ROOM_ID, { identity: identity(1), alias: "Sam" });
    people.setPresences([{ member: 2, presence: "here" }]);
    people.setRoster([member(1, 1, "Sam"), member(2, 2, "Sam")]);
    const [a, b] = people.list.value;
    expect(a?.words).not.toEqual(b?.words);
    expect(a?.mark).not.toEqual(b?.mark);
    expect(people.isTaken("Sam")).toBe(true);
    expect(people.isTaken("sam")).toBe(true);
    expect(people.isTaken("Max")).toBe(false);
  });

  it("is empty once wiped", () => {
    const people = start();
    people.wipe();
    expect(people.list.value).toEqual([]);
  });
});
