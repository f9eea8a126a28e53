/**
 * What this tab wants to commit, and the lease that it takes for it: removals of those who are gone, and kicks.
 *
 * ```
 * nothing --wanted--> asked --Lease--> committing --CommitAccepted--> nothing (or asked again, if more is wanted)
 *                       ^                  |
 *                       +--CommitRejected--+        a lost connection leads back to nothing; `ask` starts anew
 * ```
 *
 * Safety: what a commit contains is decided when the lease is there, by the roster of that moment; a lease that is not
 * needed any more is given back. Liveness: `ask` is called after every change, so that a want without a lease asks.
 */
import type { ClientFrame } from "../wire";
import type { CommitFrame, Group, LeaseFrame, OwnCommit } from "./group";
import type { NewSecrets } from "./keyring";
import type { People } from "./people";
import type { RemovalDuty } from "./removal-duty";

/** A kick that waits for its commit. */
export interface Kick {
  /** The person's id. */
  readonly id: string;
  /** What the room's secrets become. */
  readonly fresh: NewSecrets;
  /** They are out, by this kick or another way. */
  done(): void;
  /** This tab's part in the room is over before that. */
  failed(): void;
}

export class Commits {
  readonly #group: Group;
  readonly #people: People;
  readonly #duty: RemovalDuty;
  readonly #send: (frame: ClientFrame) => boolean;
  #asked = false;
  #kicks: Kick[] = [];

  /** `send` hands a frame to the relay; false if there is no connection in which the room is resumed. */
  constructor(
    group: Group,
    people: People,
    duty: RemovalDuty,
    send: (frame: ClientFrame) => boolean,
  ) {
    this.#group = group;
    this.#people = people;
    this.#duty = duty;
    this.#send = send;
  }

  add(kick: Kick): void {
    this.#kicks.push(kick);
    this.ask();
  }

  /** Asks for the lease if there is something to commit. */
  ask(): void {
    this.#dropDone();
    const wanted = this.#kicks.length > 0 || this.#duty.due;
    if (!wanted || this.#asked || this.#group.member === undefined || this.#group.own !== undefined) return;
    this.#asked = this.#send({ type: "RequestLease" });
  }

  /** The lease came: commits, or gives it back. */
  async lease(frame: LeaseFrame): Promise<void> {
    this.#asked = false;
    const fits = frame.epoch === this.#group.member?.epoch && this.#group.own === undefined;
    const commit = fits ? await this.#next() : undefined;
    this.#send(commit ?? { type: "ReleaseLease" });
  }

  /** The own commit took effect. */
  accepted(own: OwnCommit): void {
    const kick = this.#kicks.find(({ fresh }) => fresh === own.fresh);
    if (kick === undefined) return;
    this.#kicks = this.#kicks.filter((other) => other !== kick);
    kick.done();
  }

  /** The connection is lost, and the place in the queue with it. */
  lost(): void {
    this.#asked = false;
  }

  /** The room is over for this tab. */
  wipe(): void {
    for (const kick of this.#kicks) {
      kick.fresh.secrets.wipe();
      kick.fresh.linkSecret.fill(0);
      kick.failed();
    }
    this.#kicks = [];
  }

  /** The next commit: a kick before removals, since its newest secrets shut somebody out who is here. */
  async #next(): Promise<CommitFrame | undefined> {
    this.#dropDone();
    for (const kick of this.#kicks) {
      const target = this.#people.member(kick.id);
      if (target !== undefined) return this.#group.kick(target, kick.fresh);
    }
    const gone = this.#people.gone();
    return this.#duty.due && gone.length > 0 ? this.#group.remove(gone) : undefined;
  }

  /** Kicks of people who are not in the group any more have nothing left to do. */
  #dropDone(): void {
    if (this.#group.member === undefined) return;
    const isIn = ({ id }: Kick) => this.#people.member(id) !== undefined;
    const done = this.#kicks.filter((kick) => !isIn(kick));
    this.#kicks = this.#kicks.filter(isIn);
    for (const kick of done) kick.done();
  }
}
