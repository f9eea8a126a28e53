/**
 * Where somebody reads in a conversation whose beginning and end both move.
 *
 * Invariant: what was at the top of the view before lines above it went is there afterwards too; if it has gone itself,
 * what follows it is.
 */

/** Lines whose place can be kept. */
const LINES = ".message, .notice";

export class ReadingPlace {
  readonly #scroller: HTMLElement;
  /** What is in view and what follows it, in order, and where each began. */
  readonly #lines: readonly { readonly element: Element; readonly top: number }[];

  /** Notes the place; to be called before the page changes, when its layout is known. */
  constructor(scroller: HTMLElement) {
    this.#scroller = scroller;
    const { top } = scroller.getBoundingClientRect();
    const stretches = [...scroller.querySelectorAll(".stretch")];
    const first = stretches.findIndex((stretch) => stretch.getBoundingClientRect().bottom > top);
    const near = first < 0 ? [] : stretches.slice(first, first + 2);
    const lines = near.flatMap((stretch) => [...stretch.querySelectorAll(LINES)]);
    this.#lines = lines
      .map((element) => ({ element, rect: element.getBoundingClientRect() }))
      .filter(({ rect }) => rect.bottom > top)
      .map(({ element, rect }) => ({ element, top: rect.top }));
  }

  /** Scrolls so that the place is where it was. */
  restore(): void {
    const kept = this.#lines.find(({ element }) => element.isConnected);
    // All that was in view has gone: the oldest that is kept, and the words that tell so, come next.
    if (kept === undefined) this.#scroller.scrollTop = 0;
    else this.#scroller.scrollTop += kept.element.getBoundingClientRect().top - kept.top;
  }
}
