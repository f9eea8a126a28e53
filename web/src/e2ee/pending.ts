/**
 * Own commits on their way to the relay. Each is settled once: by `accept` when the relay accepted it, else by `discard`;
 * a second time throws "state".
 */
import type { Bytes } from "./bytes";
import { E2eeError } from "./error";

/** What goes to the relay, and what becomes of it. `T` is what accepting gives. */
export class Pending<T> {
  #settled = false;

  constructor(
    /** Sealed, for `Commit.commit`. */
    readonly commit: Bytes,
    /** Sealed, for `Commit.group_state`. */
    readonly groupState: Bytes,
    private readonly outcome: { accept(): T; discard(): void },
  ) {}

  /** The relay accepted it: the member moves on at once. */
  accept(): T {
    this.#settle();
    return this.outcome.accept();
  }

  /** It came too late, or is not wanted any more. */
  discard(): void {
    this.#settle();
    this.outcome.discard();
  }

  #settle(): void {
    if (this.#settled) throw new E2eeError("state", "the commit was accepted or discarded before");
    this.#settled = true;
  }
}

/** A commit of a member. */
export type PendingCommit = Pending<void>;

/** A commit that removes somebody who is here and changes the secrets of the room. */
export type PendingKick = PendingCommit & {
  /** For `Commit.admission_key`. */
  readonly admissionKey: Bytes;
  /** For `Commit.sealed_name`. */
  readonly sealedName: Bytes;
  /** For `Commit.evicted`. */
  readonly evicted: number[];
};
