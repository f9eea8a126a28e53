/**
 * Tells how high something has become, before the page is painted with it and without laying the page out in between.
 *
 * Invariant: what is asked for is told once, when the element is first shown; what grows later, because somebody opened a part of
 * it, is no news.
 */

const asked = new Map<Element, (px: number) => void>();
let observer: ResizeObserver | undefined;

/** Calls `tell` once with the height of `element`; what it gives back calls that off. */
export function onceHigh(element: Element, tell: (px: number) => void): () => void {
  observer ??= new ResizeObserver((entries) => {
    for (const { target, contentRect } of entries) {
      const told = asked.get(target);
      forget(target);
      told?.(contentRect.height);
    }
  });
  // Asked again, it is told anew.
  forget(element);
  asked.set(element, tell);
  observer.observe(element);
  return () => {
    if (asked.get(element) === tell) forget(element);
  };
}

function forget(element: Element): void {
  asked.delete(element);
  observer?.unobserve(element);
}
