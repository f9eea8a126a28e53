/** Waiting for what signals show. */
import { effect } from "@preact/signals-core";

/** Longest wait of a test for anything, in milliseconds: two slow cores shared by many tests. */
const PATIENCE_MS = 30_000;

/** Settles as soon as `seen` gives something else than `undefined` or false; `seen` reads signals. */
export function until<T>(
  what: string,
  seen: () => T | undefined | false,
  patienceMs = PATIENCE_MS,
): Promise<T> {
  return new Promise((resolve, reject) => {
    let stop = () => {};
    const timer = setTimeout(() => {
      stop();
      reject(new Error(`waited in vain: ${what}`));
    }, patienceMs);
    let done = false;
    stop = effect(() => {
      const value = done ? undefined : seen();
      if (value === undefined || value === false) return;
      done = true;
      clearTimeout(timer);
      // The first run comes before `stop` is there.
      queueMicrotask(() => stop());
      resolve(value);
    });
  });
}
