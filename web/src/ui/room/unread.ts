/**
 * What came while nobody looked: counted in the title of the page, marked in the conversation, told by `alerts`.
 *
 * Invariants: the title holds the product's name and a number, and nothing of the room; what was on the screen of a visible tab,
 * at the end of the conversation, is counted no more; the mark stays at the first of what was missed until the person
 * writes, or misses something anew.
 */
import { alertPerson, endAlerts, quiet } from "./alerts";

const TITLE = "Sanctuary";
const MARK = "data-unread";

export class Unread {
  readonly #log: HTMLElement;
  #count = 0;
  #first: string | undefined;
  #isSeen = true;

  constructor(log: HTMLElement) {
    this.#log = log;
  }

  /** Messages of others came, and nobody saw them; `first` is the key of the first. */
  missed(count: number, first: string | undefined): void {
    if (this.#isSeen) this.#first = first;
    this.#isSeen = false;
    this.#count += count;
    document.title = `(${this.#count}) ${TITLE}`;
    alertPerson();
  }

  /** Everything is on the screen. */
  seen(): void {
    this.#isSeen = true;
    if (this.#count === 0) return;
    this.#count = 0;
    document.title = TITLE;
    quiet();
  }

  /** The person has written: they know where they are. */
  wrote(): void {
    this.#first = undefined;
  }

  /** Puts the mark where it belongs; to be called after lines were drawn. */
  mark(): void {
    const line =
      this.#first === undefined
        ? undefined
        : this.#log.querySelector<HTMLElement>(`[data-key="${CSS.escape(this.#first)}"]`);
    const run = line?.closest<HTMLElement>(".run");
    const place = run?.querySelector(".message") === line ? run : line;
    for (const marked of this.#log.querySelectorAll(`[${MARK}]`))
      if (marked !== place) marked.removeAttribute(MARK);
    place?.setAttribute(MARK, "");
  }

  end(): void {
    document.title = TITLE;
    endAlerts();
  }
}
