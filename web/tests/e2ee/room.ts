/** A room for tests of members alone: everybody holds the same secrets, commits arrive at once. */
import { type CommitEffect, Member, newIdentity, RoomSecrets } from "../../src/e2ee";
import { random } from "../../src/e2ee/bytes";
import type { MemberParams } from "../../src/e2ee/join";

export interface Seat {
  readonly member: Member;
  readonly params: MemberParams;
}

export class Room {
  readonly seats: Seat[] = [];
  epoch = 0n;
  groupState: Uint8Array = new Uint8Array();
  #lastNumber = 0;

  private constructor(
    readonly roomId: Uint8Array<ArrayBuffer>,
    readonly secrets: RoomSecrets,
  ) {}

  /** A room with so many members. */
  static async of(size: number): Promise<Room> {
    const roomId = random(16);
    const room = new Room(roomId, await RoomSecrets.fromRoot(random(32), roomId));
    const params = room.params();
    const { member, groupState } = await Member.create(params);
    room.groupState = groupState;
    room.seats.push({ member, params });
    while (room.seats.length < size) await room.join();
    return room;
  }

  /** The member at a place. */
  at(i: number): Member {
    const seat = this.seats[i];
    if (seat === undefined) throw new Error("nobody sits there");
    return seat.member;
  }

  /** Somebody new. */
  params(): MemberParams {
    this.#lastNumber += 1;
    const alias = `member ${this.#lastNumber}`;
    const { roomId, secrets } = this;
    return { roomId, secrets, alias, memberNumber: this.#lastNumber, ...newIdentity() };
  }

  async join(params = this.params()): Promise<Member> {
    const pending = await Member.join(params, this.epoch, this.groupState);
    for (const { member } of this.seats) {
      await member.applyCommit(this.epoch, params.memberNumber, pending.commit);
    }
    const member = pending.accept();
    this.seats.push({ member, params });
    this.#advance(pending.groupState);
    return member;
  }

  /** One removes others; with none, it brings fresh keys. The others' effects come back. */
  async remove(by: Member, gone: readonly Member[] = []): Promise<CommitEffect[]> {
    const pending = await by.commitRemoval(gone.map(({ identity }) => identity));
    const effects: CommitEffect[] = [];
    for (const { member } of this.seats) {
      if (member === by) continue;
      effects.push(await member.applyCommit(this.epoch, this.#numberOf(by), pending.commit));
    }
    pending.accept();
    for (const member of gone) {
      const i = this.seats.findIndex((seat) => seat.member === member);
      if (i >= 0) this.seats.splice(i, 1);
    }
    this.#advance(pending.groupState);
    return effects;
  }

  #numberOf(member: Member): number {
    return this.seats.find((seat) => seat.member === member)?.params.memberNumber ?? 0;
  }

  #advance(groupState: Uint8Array): void {
    this.epoch += 1n;
    this.groupState = groupState;
  }
}
