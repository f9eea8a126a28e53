/**
 * Bounds what all formatted messages of a page take together: many small ones take as much memory and time as a large one.
 *
 * Invariant: at most `MAX_ELEMENTS` are held; what was formatted first is given up first.
 */

/** Elements of all formatted messages: a thousand usual ones, and some ten megabytes. */
const MAX_ELEMENTS = 30_000;

interface Held {
  readonly elements: number;
  readonly giveUp: () => void;
}

const held = new Set<Held>();
let sum = 0;

/** Holds so many elements, until there is no room for them any more or what it gives back is called. */
export function hold(elements: number, giveUp: () => void): () => void {
  const share = { elements, giveUp };
  held.add(share);
  sum += elements;
  for (const oldest of held) {
    if (sum <= MAX_ELEMENTS || oldest === share) break;
    release(oldest);
    oldest.giveUp();
  }
  return () => release(share);
}

function release(share: Held): void {
  if (held.delete(share)) sum -= share.elements;
}
