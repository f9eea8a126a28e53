/**
 * Finds out that the relay is gone when TCP does not say so, and keeps middleboxes from forgetting
 * an idle connection.
 *
 * Invariant: a ping is out at all times when nothing has been heard for PING_EVERY_MS, and every
 * ping is followed by something heard or by `dead` within its deadline, which no later ping puts off.
 */
import type { Environment, Stop } from "./environment";

/** From one ping to the next, in milliseconds: below the usual 30 s after which idle NAT entries go. */
const PING_EVERY_MS = 15_000;
/** The relay is dead if nothing is heard for so many milliseconds after a ping; Tor can take seconds. */
const DEADLINE_MS = 20_000;
/** The same after the network came back or the page was seen again, when somebody is waiting. */
export const PROBE_DEADLINE_MS = 6_000;

/** What was heard so many milliseconds ago is news enough: to ask again would only risk a slow line. */
const LATELY_MS = 5_000;

export class Heartbeat {
  readonly #environment: Environment;
  readonly #ping: (token: number) => void;
  readonly #dead: () => void;
  #token = 0;
  #heardAt: number;
  #stopPings: Stop = () => {};
  #stopDeadline: Stop | undefined;
  /** The deadline of a probe runs beside that of a ping: the earlier one counts. */
  #stopProbe: Stop | undefined;

  /** Starts at once. `ping` sends one; `dead` is called once at most, and not after `stop`. */
  constructor(environment: Environment, ping: (token: number) => void, dead: () => void) {
    this.#environment = environment;
    this.#ping = ping;
    this.#dead = dead;
    this.#heardAt = environment.now();
    this.#schedule();
  }

  /** Something came from the relay: it lives. */
  heard(): void {
    this.#heardAt = this.#environment.now();
    this.#stopDeadlines();
  }

  /** Something came in the last few seconds. A clock that was set back says nothing. */
  heardLately(): boolean {
    const ago = this.#environment.now() - this.#heardAt;
    return ago >= 0 && ago < LATELY_MS;
  }

  /** Ask now whether the relay is still there, and wait less long for the answer; not longer if it was asked already. */
  probe(deadline: number): void {
    if (this.#stopProbe !== undefined) return;
    this.#stopProbe = this.#expect(deadline);
    this.#send();
  }

  stop(): void {
    this.#stopDeadlines();
    this.#stopPings();
  }

  #schedule(): void {
    this.#stopPings = this.#environment.after(PING_EVERY_MS, () => {
      // A deadline that runs belongs to an earlier ping and comes sooner.
      this.#stopDeadline ??= this.#expect(DEADLINE_MS);
      this.#send();
    });
  }

  #expect(deadline: number): Stop {
    return this.#environment.after(deadline, () => {
      this.stop();
      this.#dead();
    });
  }

  #send(): void {
    this.#stopPings();
    this.#schedule();
    this.#ping(this.#token);
    this.#token = (this.#token + 1) % 2 ** 32;
  }

  #stopDeadlines(): void {
    this.#stopDeadline?.();
    this.#stopDeadline = undefined;
    this.#stopProbe?.();
    this.#stopProbe = undefined;
  }
}
