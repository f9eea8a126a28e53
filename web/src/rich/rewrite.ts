/**
 * Writes HTML anew with nothing in it but allowed elements and attributes, each begun and ended properly.
 *
 * It stands before the browser's parser for two reasons: it sees what the author typed, and so can say what is lost; and it
 * bounds what the parser may make of it, for a parser given misnested tags multiplies elements, in time and
 * space that nobody can stop once it runs. DOMPurify, which comes after, trusts none of this.
 *
 * Invariants: at most as many tags as asked for, at most `MAX_DEPTH` inside one another, everything closed in the order in
 * which it was opened; attribute values are quoted and hold no `"`, `<` or `>`; no comments.
 */

import { addressOf } from "./address";
import { BLOCKS, isElement, MEDIA, mayStand, RENAMED, VOID, WITH_CONTENT } from "./allowed";
import { MAX_DEPTH, MAX_TAGS, TooMuch } from "./limits";
import type { Losses } from "./losses";
import { decodeHTMLStrict } from "./markdown-it-parts/entities";
import { tokens } from "./tags";

/** Tags of a page around a message: nothing is lost without them. */
const SILENT: ReadonlySet<string> = new Set(["html", "body", "tbody"]);

/** Elements that end when one like them begins, and the element in which that holds. */
const ENDED_BY: Readonly<
  Record<string, { readonly ends: readonly string[]; readonly within: readonly string[] }>
> = {
  li: { ends: ["li"], within: ["ul", "ol"] },
  dt: { ends: ["dt", "dd"], within: ["dl"] },
  dd: { ends: ["dt", "dd"], within: ["dl"] },
  rt: { ends: ["rt", "rp"], within: ["ruby"] },
  rp: { ends: ["rt", "rp"], within: ["ruby"] },
  tr: { ends: ["tr", "caption", "colgroup"], within: ["table"] },
  td: { ends: ["td", "th"], within: ["tr", "table"] },
  th: { ends: ["td", "th"], within: ["tr", "table"] },
  thead: { ends: ["thead", "tbody", "tfoot", "caption", "colgroup"], within: ["table"] },
  tbody: { ends: ["thead", "tbody", "tfoot", "caption", "colgroup"], within: ["table"] },
  tfoot: { ends: ["thead", "tbody", "tfoot", "caption", "colgroup"], within: ["table"] },
};

/** Mean nothing outside of a table, and browsers drop them there. */
const TABLE_PARTS: ReadonlySet<string> = new Set(
  "caption col colgroup tbody td tfoot th thead tr".split(" "),
);
/** Nothing outside of these is ended from inside them. */
const WALLS: ReadonlySet<string> = new Set(["table", "td", "th", "caption"]);

/** What the numbers of `<font size>` are called today. */
const FONT_SIZES: Readonly<Record<string, string>> = {
  "1": "x-small",
  "2": "small",
  "3": "medium",
  "4": "large",
  "5": "x-large",
  "6": "xx-large",
  "7": "xx-large",
};

/** What the types of lists are called today. */
const LIST_TYPES: Readonly<Record<string, string>> = {
  "1": "decimal",
  a: "lower-alpha",
  A: "upper-alpha",
  i: "lower-roman",
  I: "upper-roman",
};

/** Attributes that say how a text looks on `<font>` only. */
const OF_FONT: ReadonlySet<string> = new Set(["color", "size"]);

/** What older HTML said by attributes. */
const STYLED: Readonly<Record<string, (value: string) => string>> = {
  align: (value) => `text-align:${value}`,
  valign: (value) => `vertical-align:${value}`,
  bgcolor: (value) => `background-color:${value}`,
  color: (value) => `color:${value}`,
  size: (value) => `font-size:${FONT_SIZES[value.trim()] ?? "medium"}`,
  type: (value) => `list-style-type:${LIST_TYPES[value] ?? value}`,
  width: (value) => (/^\d{1,3}%$/.test(value.trim()) ? `width:${value}` : ""),
};

const escapeText = (text: string): string => text.replaceAll("<", "&lt;").replaceAll(">", "&gt;");
const escapeValue = (text: string): string => escapeText(text).replaceAll('"', "&quot;");
/** The characters that references in a value mean. */
const decode = (value: string): string =>
  value.replace(/&(?:#x?[\da-f]{1,7}|amp|lt|gt|quot|apos);/gi, (reference) =>
    decodeHTMLStrict(reference.toLowerCase()),
  );

class Writer {
  #out = "";
  #tags = 0;
  readonly #open: string[] = [];
  /** Inside an element that goes with its content: its name, and how many of it are open. */
  #skipped: { readonly name: string; depth: number } | undefined;

  constructor(
    readonly losses: Losses,
    readonly most: number,
  ) {}

  text(text: string): void {
    if (this.#skipped === undefined) this.#out += escapeText(text);
  }

  start(typed: string, attributes: ReadonlyMap<string, string>): void {
    if (this.#skipped !== undefined) {
      if (this.#skipped.name === typed) this.#skipped.depth += 1;
      return;
    }
    if (typed in MEDIA && this.#media(typed, attributes)) {
      if (WITH_CONTENT.has(typed)) this.#skip(typed);
      return;
    }
    const name = Object.hasOwn(RENAMED, typed) ? RENAMED[typed] : typed;
    if (name === undefined || !isElement(name)) {
      // Words between brackets look like attributes without values.
      const words = [...attributes].filter(([, value]) => value === "").map(([word]) => word);
      if (!SILENT.has(typed)) this.losses.add("element", [typed, ...words].join(" "));
      if (WITH_CONTENT.has(typed)) this.#skip(typed);
      return;
    }
    this.#begin(name, this.#attributes(typed, name, attributes));
  }

  end(typed: string): void {
    if (this.#skipped !== undefined) {
      if (this.#skipped.name === typed) this.#skipped.depth -= 1;
      if (this.#skipped.depth === 0) this.#skipped = undefined;
      return;
    }
    const name = Object.hasOwn(RENAMED, typed) ? (RENAMED[typed] ?? typed) : typed;
    if (!isElement(name) && !SILENT.has(typed) && !(typed in MEDIA))
      this.losses.add("element", typed);
    const at = this.#open.lastIndexOf(name);
    const wall = this.#open.findLastIndex((open) => WALLS.has(open));
    if (at < 0 || (at < wall && name !== "table" && name !== "tr")) return;
    this.#closeTo(at);
  }

  /** What nothing is shown of, and nothing was to be. */
  hidden(what: string): void {
    if (this.#skipped === undefined && !/^!doctype\b/i.test(what)) this.losses.add("element", what);
  }

  finish(): string {
    this.#closeTo(0);
    return this.#out;
  }

  #skip(name: string): void {
    this.#skipped = { name, depth: 1 };
  }

  #closeTo(length: number): void {
    for (let name = this.#open.pop(); name !== undefined; name = this.#open.pop()) {
      this.#out += `</${name}>`;
      if (this.#open.length <= length) break;
    }
  }

  #begin(name: string, attributes: string): void {
    if (TABLE_PARTS.has(name) && !this.#open.includes("table")) {
      this.losses.add("element", name);
      return;
    }
    this.#tags += 1;
    if (this.#tags > this.most) throw new TooMuch("tags");
    this.#closeImplied(name);
    this.#out += `<${name}${attributes}>`;
    if (VOID.has(name)) return;
    this.#open.push(name);
    if (this.#open.length > MAX_DEPTH) throw new TooMuch("depth");
  }

  /** Ends what browsers take as ended when `name` begins. */
  #closeImplied(name: string): void {
    const wall = this.#open.findLastIndex((open) => WALLS.has(open));
    if (BLOCKS.has(name)) {
      const paragraph = this.#open.lastIndexOf("p");
      if (paragraph > wall) this.#closeTo(paragraph);
    }
    if (name === "a") {
      const link = this.#open.lastIndexOf("a");
      if (link >= 0) this.#closeTo(link);
    }
    if (!Object.hasOwn(ENDED_BY, name)) return;
    const rule = ENDED_BY[name];
    if (rule === undefined) return;
    const within = this.#open.findLastIndex((open) => rule.within.includes(open));
    const ended = this.#open.findIndex((open, i) => i > within && rule.ends.includes(open));
    if (ended >= 0) this.#closeTo(ended);
  }

  #attributes(typed: string, name: string, attributes: ReadonlyMap<string, string>): string {
    let written = "";
    const styles: string[] = [];
    for (const [attribute, value] of attributes) {
      if (attribute === "style" || attribute === "data-style") styles.push(decode(value));
      else if (Object.hasOwn(STYLED, attribute) && (!OF_FONT.has(attribute) || typed === "font"))
        styles.push(STYLED[attribute]?.(decode(value)) ?? "");
      else if (attribute === "href" && name === "a") written += this.#href(value);
      else if (mayStand(attribute, name)) written += ` ${attribute}="${escapeValue(value)}"`;
      else this.losses.add("attribute", attribute);
    }
    if (typed === "center") styles.push("text-align:center");
    const style = styles.filter((part) => part !== "").join(";");
    return style === ""
      ? written
      : `${written} data-style="${escapeValue(style.replaceAll("&", "&amp;"))}"`;
  }

  #href(value: string): string {
    const typed = decode(value);
    const address = addressOf(typed);
    if (address !== undefined)
      return ` href="${escapeValue(address.href.replaceAll("&", "&amp;"))}"`;
    this.losses.add("address", typed);
    return "";
  }

  /** Writes a link in place of what would load something; false if it has no address that it could be loaded from. */
  #media(typed: string, attributes: ReadonlyMap<string, string>): boolean {
    const media = MEDIA[typed];
    const address = addressOf(
      decode(attributes.get(media?.from ?? "") ?? "").replace(/^\s*\/\//, "https://"),
    );
    if (media === undefined || address === undefined || address.mail) return false;
    const alternative = attributes.get("alt") ?? attributes.get("title") ?? "";
    const href = escapeValue(address.href.replaceAll("&", "&amp;"));
    this.#begin("a", ` href="${href}" data-load="${media.word}"`);
    this.text(alternative);
    this.end("a");
    return true;
  }
}

/** `html` with nothing in it but what `allowed.ts` names; what is not there any more is added to `losses`. At most `most` tags. */
export function rewrite(html: string, losses: Losses, most = MAX_TAGS): string {
  const writer = new Writer(losses, most);
  for (const token of tokens(html)) {
    if (token.kind === "text") writer.text(token.text);
    else if (token.kind === "start") writer.start(token.name, token.attributes);
    else if (token.kind === "end") writer.end(token.name);
    else writer.hidden(token.what);
  }
  return writer.finish();
}
