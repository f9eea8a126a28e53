/**
 * What this tab wants to commit, and the lease that it takes for it: removals of those who are gone, kicks, and another alias.
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
import type { Keyring, NewSecrets } from "./keyring";
import type { People } from "./people";
import { wipeNewSecrets } from "./rekey";
import type { RemovalDuty } from "./removal-duty";
import type { KickOutcome } from "./types";

/** A kick that waits for its commit. */
export interface Kick {
  /** The person's id. */
  readonly id: string;
  /** What the room's secrets become. */
  readonly fresh: NewSecrets;
  /** They are out, by this kick or another way; in the latter case `fresh` is wiped. */
  done(outcome: KickOutcome): void;
  /** This tab's part in the room is over before that. */
  failed(): void;
}

/** Another alias that waits for its commit. */
export interface Rename {
  readonly alias: string;
  done(): void;
  /** Another one has taken its place, or this tab's part in the room is over. */
  failed(): void;
}

/** What commits need of the room. */
export interface CommitRoom {
  readonly group: Group;
  readonly people: People;
  readonly keys: Keyring;
  readonly duty: RemovalDuty;
  /** False if there is no connection in which the room is resumed. */
  send(frame: ClientFrame): boolean;
}

export class Commits {
  readonly #room: CommitRoom;
  #asked = false;
  #kicks: Kick[] = [];
  #rename: Rename | undefined;

  constructor(room: CommitRoom) {
    this.#room = room;
  }

  /** Takes over a kick; `ask` sets out to do it. */
  add(kick: Kick): void {
    this.#kicks.push(kick);
  }

  /** Takes over a rename, in place of one that has not been committed yet; `ask` sets out to do it. */
  rename(rename: Rename): void {
    this.#rename?.failed();
    this.#rename = rename;
  }

  /** Asks for the lease if there is something to commit. */
  ask(): void {
    this.#dropDone();
    const { group, duty } = this.#room;
    const wanted = this.#kicks.length > 0 || duty.due || this.#rename !== undefined;
    if (!wanted || this.#asked || group.member === undefined || group.own !== undefined) return;
    this.#asked = this.#room.send({ type: "RequestLease" });
  }

  /** The lease came: commits, or gives it back. */
  async lease(frame: LeaseFrame): Promise<void> {
    this.#asked = false;
    const { group } = this.#room;
    const fits = frame.epoch === group.member?.epoch && group.own === undefined;
    const commit = fits ? await this.#next() : undefined;
    this.#room.send(commit ?? { type: "ReleaseLease" });
  }

  /** The own commit took effect. If it was a kick, what is to be called when all that follows from it is done. */
  accepted(own: OwnCommit): (() => void) | undefined {
    const rename = this.#rename;
    if (rename !== undefined && rename.alias === own.alias) {
      this.#rename = undefined;
      return () => rename.done();
    }
    const kick = this.#kicks.find(({ fresh }) => fresh === own.fresh);
    if (kick === undefined) return undefined;
    this.#kicks = this.#kicks.filter((other) => other !== kick);
    return () => kick.done("removed");
  }

  /** The connection is lost, and the place in the queue with it. */
  lost(): void {
    this.#asked = false;
  }

  /** The room is over for this tab. */
  wipe(): void {
    for (const kick of this.#kicks) {
      wipeNewSecrets(kick.fresh);
      kick.failed();
    }
    this.#kicks = [];
    this.#rename?.failed();
    this.#rename = undefined;
  }

  /** The next commit: a kick before removals, since its newest secrets shut somebody out who is here. */
  async #next(): Promise<CommitFrame | undefined> {
    this.#dropDone();
    const { group, people, duty } = this.#room;
    for (const kick of this.#kicks) {
      const target = people.member(kick.id);
      if (target !== undefined) return group.kick(target, kick.fresh, people.outside());
    }
    const gone = people.gone();
    if (duty.due && gone.length > 0) return group.remove(gone);
    return this.#rename === undefined ? undefined : group.rename(this.#rename.alias);
  }

  /** Kicks of people who are not in the group any more have nothing left to do. */
  #dropDone(): void {
    const { group, people, keys } = this.#room;
    if (group.member === undefined) return;
    const isIn = ({ id }: Kick) => people.member(id) !== undefined;
    const done = this.#kicks.filter((kick) => !isIn(kick));
    this.#kicks = this.#kicks.filter(isIn);
    for (const kick of done) {
      // An own kick may have been found to have taken effect only on the way back in: the room then lives by its secrets.
      const counted = kick.fresh.secrets === keys.secrets;
      if (!counted) wipeNewSecrets(kick.fresh);
      kick.done(counted ? "removed" : "gone-before");
    }
  }
}
