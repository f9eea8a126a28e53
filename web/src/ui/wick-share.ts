/**
 * How much of the wick is there, and how it burns. Pure.
 *
 * Invariant: full width is 60 minutes for every room, whatever its own lifetime, so that the same length always means the
 * same time.
 */

const MINUTE_MS = 60_000;
/** The longest life of a room (docs/PROTOCOL.md, section 12), in milliseconds: a wick of full width. */
export const FULL_WICK_MS = 60 * MINUTE_MS;
/** From here on the light is warmer, in milliseconds: in short rooms later, so that none begins so. */
export const WARM_MS = 10 * MINUTE_MS;
/** From here on it is warmer in every room, in milliseconds. */
const SURELY_WARM_MS = 2.5 * MINUTE_MS;
/** From here on it breathes, in milliseconds. */
export const LAST_MS = MINUTE_MS;

export type WickMood = "calm" | "warm" | "last";

/** The lit share of the top edge, 0 to 1. */
export function wickShare(remainingMs: number): number {
  return Math.min(1, Math.max(0, remainingMs / FULL_WICK_MS));
}

/** `firstMs` remained when the room was entered; 0 where there is none yet. */
export function wickMood(remainingMs: number, firstMs: number): WickMood {
  if (remainingMs <= LAST_MS) return "last";
  const warmMs = Math.min(WARM_MS, Math.max(SURELY_WARM_MS, firstMs / 2));
  return remainingMs <= warmMs ? "warm" : "calm";
}
