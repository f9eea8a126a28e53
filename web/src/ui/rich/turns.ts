/**
 * Spreads the formatting of messages over the pictures on the screen: however many come at once, each picture gets so much
 * of it and no more, and what waits is read as it was typed until its turn.
 *
 * Invariant: every work is done once, in order, unless it was called off before.
 */

/** Formatting for one picture, in milliseconds: half of what a picture has at 60 Hz. */
const BUDGET_MS = 8;
/** In a page that is not seen there are no pictures. */
const UNSEEN_MS = 500;

const waiting = new Set<() => void>();
let spent = 0;
let scheduled = false;

/** Does the work now or at one of the next pictures; what it gives back calls it off. */
export function inTurn(work: () => void): () => void {
  if (waiting.size === 0 && spent < BUDGET_MS) measured(work);
  else waiting.add(work);
  schedule();
  return () => waiting.delete(work);
}

function measured(work: () => void): void {
  const begun = performance.now();
  work();
  spent += performance.now() - begun;
}

function schedule(): void {
  if (scheduled) return;
  scheduled = true;
  let frame = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const next = (): void => {
    cancelAnimationFrame(frame);
    clearTimeout(timer);
    scheduled = false;
    spent = 0;
    for (const work of waiting) {
      waiting.delete(work);
      measured(work);
      if (spent >= BUDGET_MS) break;
    }
    if (waiting.size > 0 || spent > 0) schedule();
  };
  frame = requestAnimationFrame(next);
  timer = setTimeout(next, UNSEEN_MS);
}
