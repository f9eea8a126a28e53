/**
 * The stretches of the conversation in the page, each a tree of its own.
 *
 * In one tree they would never be forgotten: what Preact leaves as it was points to the list in which it stood then, that
 * one to the others in it, and so on through the whole conversation. A tree that is taken down is gone with all it showed.
 *
 * Invariants: the elements are those of the stretches drawn last, in their order, and a stretch that did not change is
 * not drawn again; after `clear` nothing is left.
 */
import { render } from "preact";
import type { LineContext } from "./line/line-context";
import { MessageRun } from "./line/message-run";
import { NoticeLine } from "./notice-line";
import type { Stretch } from "./stretches";

interface Drawn {
  readonly element: HTMLElement;
  stretch: Stretch;
}

export class StretchList {
  readonly #parent: HTMLElement;
  #drawn = new Map<string, Drawn>();
  #context: LineContext | undefined;

  /** Draws into `parent`, which is to have no other children. */
  constructor(parent: HTMLElement) {
    this.#parent = parent;
  }

  /** Shows these and no others. */
  draw(stretches: readonly Stretch[], context: LineContext): void {
    const before = this.#drawn;
    const isAnew = context !== this.#context;
    this.#context = context;
    this.#drawn = new Map();
    const keys = new Set(stretches.map(({ key }) => key));
    for (const [key, { element }] of before) if (!keys.has(key)) takeDown(element);
    stretches.forEach((stretch, i) => {
      const known = before.get(stretch.key);
      const element = known?.element ?? newElement();
      this.#drawn.set(stretch.key, { element, stretch });
      const there = this.#parent.children[i];
      if (there !== element) this.#parent.insertBefore(element, there ?? null);
      if (isAnew || known?.stretch !== stretch)
        render(<Blocks stretch={stretch} context={context} />, element);
    });
  }

  clear(): void {
    for (const { element } of this.#drawn.values()) takeDown(element);
    this.#drawn.clear();
  }
}

function newElement(): HTMLElement {
  const element = document.createElement("div");
  element.className = "stretch";
  return element;
}

function takeDown(element: HTMLElement): void {
  render(null, element);
  element.remove();
}

interface BlocksProps {
  readonly stretch: Stretch;
  readonly context: LineContext;
}

function Blocks({ stretch, context }: BlocksProps) {
  return stretch.blocks.map((block) =>
    block.kind === "run" ? (
      <MessageRun key={block.key} run={block} context={context} />
    ) : (
      <NoticeLine key={block.key} notices={block.notices} context={context} />
    ),
  );
}
