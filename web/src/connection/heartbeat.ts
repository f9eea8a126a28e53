/**
 * Finds out that the relay is gone when TCP does not say so, and keeps middleboxes from forgetting
 * an idle connection.
 *
 * Invariant: a ping is out at all times when nothing has been heard for PING_EVERY_MS, and every
 * ping is followed by something heard or by `dead` within its deadline.
 */
import type { Environment, Stop } from "./environment";

/** From one ping to the next, in milliseconds: below the usual 30 s after which idle NAT entries go. */
const PING_EVERY_MS = 15_000;
/** The relay is dead if nothing is heard for so many milliseconds after a ping; Tor can take seconds. */
const DEADLINE_MS = 20_000;
/** The same after the network came back or the page was seen again, when somebody is waiting. */
export const PROBE_DEADLINE_MS = 6_000;

export class Heartbeat {
  readonly #environment: Environment;
  readonly #ping: (token: number) => void;
  readonly #dead: () => void;
  #token = 0;
  #stopPings: Stop = () => {};
  #stopDeadline: Stop | undefined;
  /** The deadline that runs is that of a probe. */
  #isProbed = false;

  /** Starts at once. `ping` sends one; `dead` is called once at most, and not after `stop`. */
  constructor(environment: Environment, ping: (token: number) => void, dead: () => void) {
    this.#environment = environment;
    this.#ping = ping;
    this.#dead = dead;
    this.#schedule();
  }

  /** Something came from the relay: it lives. */
  heard(): void {
    this.#stopDeadline?.();
    this.#stopDeadline = undefined;
    this.#isProbed = false;
  }

  /** Ask now whether the relay is still there, and wait less long for the answer; not longer if it was asked already. */
  probe(): void {
    if (this.#isProbed) return;
    this.heard();
    this.#isProbed = true;
    this.#send(PROBE_DEADLINE_MS);
  }

  stop(): void {
    this.heard();
    this.#stopPings();
  }

  #schedule(): void {
    this.#stopPings = this.#environment.after(PING_EVERY_MS, () => this.#send(DEADLINE_MS));
  }

  #send(deadline: number): void {
    this.#stopPings();
    this.#schedule();
    // A deadline that runs belongs to an earlier ping and comes sooner.
    this.#stopDeadline ??= this.#environment.after(deadline, () => {
      this.stop();
      this.#dead();
    });
    this.#ping(this.#token);
    this.#token = (this.#token + 1) % 2 ** 32;
  }
}
