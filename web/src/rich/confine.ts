/**
 * The last wall: goes through the nodes that DOMPurify has let pass and holds them to our own rules, which are stricter.
 *
 * Invariants: every element is an HTML element of `allowed.ts`, every attribute may stand on it and has a value of the few
 * it may have; bounded depth and number; nodes are elements and text only. Applied twice, it changes nothing more.
 */
import { addressOf } from "./address";
import { isElement, MEDIA_WORDS, mayStand } from "./allowed";
import { MAX_DEPTH, MAX_NODES, MAX_SPAN, TooMuch } from "./limits";
import { findLinks } from "./links";
import type { Losses } from "./losses";
import { declarations, writeDeclarations } from "./style";

const HTML = "http://www.w3.org/1999/xhtml";
/** Browsers add `<tbody>` and the like to what `rewrite.ts` has counted. */
const MAX_PARSED_DEPTH = 2 * MAX_DEPTH;
/** Characters of a title, a date or a value. */
const MAX_VALUE_UNITS = 300;

type Judge = (value: string, losses: Losses) => string | undefined;

const whole =
  (least: number, most: number): Judge =>
  (value) => {
    const number = /^[+-]?\d{1,9}$/.test(value.trim()) ? Number(value) : Number.NaN;
    return number >= least && number <= most ? String(number) : undefined;
  };
const oneOf =
  (...words: string[]): Judge =>
  (value) =>
    words.find((word) => word === value.trim().toLowerCase());
const words: Judge = (value) => (value.length <= MAX_VALUE_UNITS ? value : undefined);
const present: Judge = () => "";
const span = whole(1, MAX_SPAN);

const VALUES: Readonly<Record<string, Judge>> = {
  colspan: span,
  "data-lang": (value) => /^[\w+#.-]{1,20}$/.exec(value)?.[0],
  "data-load": (value) => (MEDIA_WORDS.has(value) ? value : undefined),
  "data-style": (value, losses) =>
    writeDeclarations(declarations(value, (lost) => losses.add("style", lost))) || undefined,
  datetime: words,
  dir: oneOf("ltr", "rtl", "auto"),
  href: (value) => addressOf(value)?.href,
  lang: (value) => /^[a-z]{2,8}(?:-[a-z\d]{1,8}){0,3}$/i.exec(value)?.[0],
  open: present,
  reversed: present,
  rowspan: span,
  scope: oneOf("row", "col", "rowgroup", "colgroup"),
  span,
  start: whole(-999_999_999, 999_999_999),
  title: words,
  value: (value) => (value.length <= 100 ? value : undefined),
};

class Confinement {
  #nodes = 0;

  constructor(readonly losses: Losses) {}

  within(parent: ParentNode & Node, depth: number, linkable: boolean): void {
    if (depth > MAX_PARSED_DEPTH) throw new TooMuch("depth");
    for (const node of [...parent.childNodes]) {
      this.#nodes += 1;
      if (this.#nodes > MAX_NODES) throw new TooMuch("nodes");
      if (node.nodeType === Node.TEXT_NODE) {
        if (linkable) findLinks(node as Text);
      } else if (isAllowed(node)) {
        this.#attributes(node);
        const name = node.localName;
        if (name === "pre") trimStart(node);
        this.within(node, depth + 1, linkable && name !== "a" && name !== "code" && name !== "pre");
      } else {
        node.remove();
      }
    }
  }

  #attributes(element: Element): void {
    for (const { name, value } of [...element.attributes]) {
      const judge = Object.hasOwn(VALUES, name) ? VALUES[name] : undefined;
      const judged = mayStand(name, element.localName) ? judge?.(value, this.losses) : undefined;
      if (judged === undefined) {
        element.removeAttribute(name);
        // Of a style each part is told.
        if (name !== "data-style") this.losses.add("attribute", name);
      } else if (judged !== value) element.setAttribute(name, judged);
    }
    // A thing to load without an address is no such thing.
    if (!element.hasAttribute("href")) element.removeAttribute("data-load");
  }
}

/** Browsers drop the first line break of a `<pre>` each time they parse it: none is left to drop. */
function trimStart(block: Element): void {
  for (let first = block.firstChild; first?.nodeType === Node.TEXT_NODE; first = block.firstChild) {
    const text = (first as Text).data.replace(/^\n+/, "");
    if (text !== "") {
      (first as Text).data = text;
      return;
    }
    first.remove();
  }
}

function isAllowed(node: Node): node is HTMLElement {
  if (node.nodeType !== Node.ELEMENT_NODE) return false;
  const element = node as Element;
  return element.namespaceURI === HTML && isElement(element.localName);
}

/** Holds `fragment` to the rules; throws `TooMuch` when it exceeds a bound. */
export function confine(fragment: DocumentFragment, losses: Losses): void {
  new Confinement(losses).within(fragment, 0, true);
  fragment.normalize();
}
