/**
 * The duty to remove from the group those who are gone from the room (docs/PROTOCOL.md, section 8.5), so that what is
 * said from now on stays closed to them.
 *
 * ```
 * idle --somebody is gone--> waiting --(1.5 + 3r) s--> due --nobody is gone any more--> idle
 * ```
 *
 * Safety: the duty never removes anybody itself; once due, the room asks for the lease and decides by the roster of that
 * moment. Liveness: as long as somebody gone stands in the roster, some member's duty is waiting or due: each one's rank
 * only sets how long it leaves the others the first go.
 */
import type { Clock, Stop } from "./browser";

/** Wait of the first in rank, in milliseconds: a refresh or a clumsy reconnection may still be repaired by others. */
const FIRST_WAIT_MS = 1500;
/** Further wait for each rank, in milliseconds: longer than a commit takes. */
const RANK_WAIT_MS = 3000;

type State = { readonly at: "idle" | "due" } | { readonly at: "waiting"; readonly stop: Stop };

export class RemovalDuty {
  readonly #clock: Clock;
  readonly #onDue: () => void;
  #state: State = { at: "idle" };

  /** `onDue` is called from a timer when it is this tab's turn. */
  constructor(clock: Clock, onDue: () => void) {
    this.#clock = clock;
    this.#onDue = onDue;
  }

  get due(): boolean {
    return this.#state.at === "due";
  }

  /** To be called whenever roster or presence changed: how many are gone, and this tab's rank among those here. */
  update(gone: number, rank: number): void {
    if (gone === 0) {
      this.stop();
      return;
    }
    if (this.#state.at !== "idle") return;
    const stop = this.#clock.after(FIRST_WAIT_MS + RANK_WAIT_MS * rank, () => {
      this.#state = { at: "due" };
      this.#onDue();
    });
    this.#state = { at: "waiting", stop };
  }

  /** Back to idle; nothing will be called. */
  stop(): void {
    if (this.#state.at === "waiting") this.#state.stop();
    this.#state = { at: "idle" };
  }
}
