/**
 * One thing at a time: the queue through which everything that touches a room's state goes.
 *
 * Safety: a task starts only after the one before has ended, in the order in which they were given; after `close` none
 * starts any more, so that nothing touches keys that were wiped.
 * Liveness: a task that fails does not hold up the next.
 */
export class Serial {
  #tail: Promise<unknown> = Promise.resolve();
  #closed = false;

  get closed(): boolean {
    return this.#closed;
  }

  /** Queues `task`. The promise settles with it; it stays `undefined` if the queue was closed before its turn. */
  run<T>(task: () => T | Promise<T>): Promise<T | undefined> {
    const turn = this.#tail.then(() => (this.#closed ? undefined : task()));
    this.#tail = turn.catch(() => undefined);
    return turn;
  }

  /** Drops every task that has not started. */
  close(): void {
    this.#closed = true;
  }
}
