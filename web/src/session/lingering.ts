/**
 * Watches those whom the relay calls gone and whom nobody removes: a relay that holds removals back could so keep a
 * reader in the room whom people believe gone.
 *
 * Invariants: somebody is reported once for each time they are gone, and not before `PATIENCE_MS` on a connection that
 * stands; after `stop` nothing is reported until the next `update`.
 */
import type { Clock, Stop } from "./browser";
import type { Person } from "./types";

/** How long a removal may take before people are told, in milliseconds: many times what it takes in a busy room. */
export const PATIENCE_MS = 20_000;

export class Lingering {
  readonly #clock: Clock;
  readonly #onLingering: (who: Person) => void;
  readonly #waiting = new Map<string, Stop>();
  readonly #told = new Set<string>();

  constructor(clock: Clock, onLingering: (who: Person) => void) {
    this.#clock = clock;
    this.#onLingering = onLingering;
  }

  /** To be called whenever the list of people changed. */
  update(people: readonly Person[]): void {
    const leaving = people.filter(({ presence }) => presence === "leaving");
    const ids = new Set(leaving.map(({ id }) => id));
    for (const [id, stop] of this.#waiting) {
      if (ids.has(id)) continue;
      stop();
      this.#waiting.delete(id);
    }
    for (const id of this.#told) if (!ids.has(id)) this.#told.delete(id);
    for (const who of leaving) {
      if (!this.#waiting.has(who.id) && !this.#told.has(who.id)) this.#wait(who);
    }
  }

  /** Waits for nobody any more: without a connection no removal can be heard of. */
  stop(): void {
    for (const stop of this.#waiting.values()) stop();
    this.#waiting.clear();
  }

  #wait(who: Person): void {
    const stop = this.#clock.after(PATIENCE_MS, () => {
      this.#waiting.delete(who.id);
      this.#told.add(who.id);
      this.#onLingering(who);
    });
    this.#waiting.set(who.id, stop);
  }
}
