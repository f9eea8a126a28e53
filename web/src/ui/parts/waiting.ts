/** A wait that counts down on screen. */
import { useLayoutEffect, useState } from "preact/hooks";

const TICK_MS = 250;

/** Milliseconds until `lengthMs` have passed since `start` (compared by identity) last changed; 0 when over. */
export function useWait(start: unknown, lengthMs: number): number {
  const [remaining, setRemaining] = useState(lengthMs);

  // Before the next paint, so that what has to wait is never offered for a moment.
  useLayoutEffect(() => {
    const until = performance.now() + lengthMs;
    const tick = (): void => setRemaining(Math.max(0, until - performance.now()));
    tick();
    if (lengthMs <= 0) return;
    const timer = setInterval(() => {
      tick();
      if (performance.now() >= until) clearInterval(timer);
    }, TICK_MS);
    return () => clearInterval(timer);
  }, [start, lengthMs]);

  return remaining;
}
