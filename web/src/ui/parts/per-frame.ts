/**
 * Follows a signal that may change many times a second, and draws at most once for each picture on the screen.
 *
 * Invariant: after the last change the last value is drawn, also in a page that is not seen.
 */
import type { ReadonlySignal } from "@preact/signals";
import { useEffect, useState } from "preact/hooks";

/** A page in the background gets no frames; it draws as often as this, in milliseconds, so as not to fall far behind. */
const UNSEEN_MS = 500;

/** The signal's value as of the last frame. */
export function usePerFrame<T>(followed: ReadonlySignal<T>): T {
  const [value, setValue] = useState(() => followed.peek());
  useEffect(() => {
    let stop: (() => void) | undefined;
    const draw = (): void => {
      stop?.();
      stop = undefined;
      const now = followed.peek();
      setValue(() => now);
    };
    const unfollow = followed.subscribe(() => {
      stop ??= atNextFrame(draw);
    });
    return () => {
      unfollow();
      stop?.();
    };
  }, [followed]);
  return value;
}

function atNextFrame(draw: () => void): () => void {
  const frame = requestAnimationFrame(draw);
  const timer = setTimeout(draw, UNSEEN_MS);
  return () => {
    cancelAnimationFrame(frame);
    clearTimeout(timer);
  };
}
