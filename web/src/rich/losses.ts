/** What is taken out of a message, collected for its author. Each loss is told once, and a bounded number of them. */
import { MAX_LOSSES, MAX_NAMED_UNITS } from "./limits";

export interface Loss {
  readonly kind: "element" | "attribute" | "style" | "address";
  /** What was typed: a tag name, an attribute, a style declaration, an address. */
  readonly what: string;
}

export class Losses {
  readonly #found = new Map<string, Loss>();
  #more = false;

  add(kind: Loss["kind"], what: string): void {
    const named = what.length > MAX_NAMED_UNITS ? `${what.slice(0, MAX_NAMED_UNITS)}…` : what;
    const key = `${kind} ${named}`;
    if (this.#found.has(key)) return;
    if (this.#found.size >= MAX_LOSSES) this.#more = true;
    else this.#found.set(key, { kind, what: named });
  }

  get list(): readonly Loss[] {
    return [...this.#found.values()];
  }

  /** There were others besides. */
  get more(): boolean {
    return this.#more;
  }
}
