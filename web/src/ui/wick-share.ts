/**
 * How much of the wick is there, and how it burns. Pure.
 *
 * Invariant: full width is 60 minutes for every room, whatever its own lifetime, so that the same length always means the
 * same time.
 */

const MINUTE_MS = 60_000;
/** The longest life of a room (docs/PROTOCOL.md, section 12), in milliseconds: a wick of full width. */
export const FULL_WICK_MS = 60 * MINUTE_MS;
/** From here on the light is warmer, in milliseconds. */
export const WARM_MS = 10 * MINUTE_MS;
/** From here on it breathes, in milliseconds. */
export const LAST_MS = MINUTE_MS;

export type WickMood = "calm" | "warm" | "last";

/** The lit share of the top edge, 0 to 1. */
export function wickShare(remainingMs: number): number {
  return Math.min(1, Math.max(0, remainingMs / FULL_WICK_MS));
}

export function wickMood(remainingMs: number): WickMood {
  if (remainingMs <= LAST_MS) return "last";
  return remainingMs <= WARM_MS ? "warm" : "calm";
}
