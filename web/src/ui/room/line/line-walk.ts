/**
 * Moves the focus from line to line by the keys of the keyboard: one line can be reached by Tab, the arrows do the rest.
 *
 * Invariant: while there are messages, exactly one of them can be reached by Tab: the one that had the focus last, or the newest.
 */

const LINES = ".message[data-key]";

export class LineWalk {
  readonly #log: HTMLElement;
  #current: HTMLElement | undefined;

  constructor(log: HTMLElement) {
    this.#log = log;
  }

  /** To be called after lines were drawn or have gone. */
  update(): void {
    if (this.#current?.isConnected && document.activeElement === this.#current) return;
    const lines = this.#lines();
    this.#enter(lines[lines.length - 1]);
  }

  /** Handles a key on a line; true if it was one of these. */
  onKey(event: KeyboardEvent): boolean {
    const line = event.target instanceof HTMLElement ? event.target : undefined;
    if (!line?.matches(LINES) || event.altKey || event.ctrlKey || event.metaKey) return false;
    const lines = this.#lines();
    const at = lines.indexOf(line);
    const places: Record<string, number> = {
      ArrowUp: at - 1,
      ArrowDown: at + 1,
      Home: 0,
      End: lines.length - 1,
    };
    const place = places[event.key];
    const next = place === undefined ? undefined : lines[place];
    if (place === undefined) return false;
    if (next) this.focus(next);
    return true;
  }

  focus(line: HTMLElement): void {
    this.#enter(line);
    line.focus({ preventScroll: true });
    line.scrollIntoView({ block: "nearest" });
  }

  #enter(line: HTMLElement | undefined): void {
    if (this.#current === line) return;
    this.#current?.setAttribute("tabindex", "-1");
    line?.setAttribute("tabindex", "0");
    this.#current = line;
  }

  #lines(): HTMLElement[] {
    return [...this.#log.querySelectorAll<HTMLElement>(LINES)];
  }
}

/** The line in which something happened. */
export function lineOf(event: Event): HTMLElement | undefined {
  const { target } = event;
  return target instanceof Element ? (target.closest<HTMLElement>(LINES) ?? undefined) : undefined;
}
