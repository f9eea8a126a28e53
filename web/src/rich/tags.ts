/**
 * Cuts HTML text into tags and the text between them, in one pass.
 *
 * It need not cut exactly as browsers do, since `rewrite.ts` writes anew whatever it keeps: a browser never parses what
 * the author typed. Invariants: time is linear in the length of the text, whatever it is; every character comes out in a
 * token, so that nothing goes without being told: what is no complete tag is text.
 */

export type Token =
  | { readonly kind: "text"; readonly text: string }
  | {
      readonly kind: "start";
      readonly name: string;
      /** Names in lower case; values as typed, character references included. The first of each name. */
      readonly attributes: ReadonlyMap<string, string>;
    }
  | { readonly kind: "end"; readonly name: string }
  /** What browsers show nothing of, without its brackets: comments, declarations, attributes of ends. */
  | { readonly kind: "hidden"; readonly what: string };

const NAME = /[a-z][^\s/><]*/iy;
/** One attribute: a name, and perhaps a value in one of three forms. */
const ATTRIBUTE =
  /[\s/]*([^\s/><=][^\s/><=]*)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'><][^\s><]*)|(?=>)))?/y;
/** The end of a tag. */
const CLOSE = /[\s/]*>/y;

/** Elements in which a browser sees no tags but their own end. */
const RAW: ReadonlySet<string> = new Set(
  "script style xmp iframe noembed noframes noscript plaintext textarea title".split(" "),
);

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

class Reader {
  #at = 0;
  /** Searches that found nothing need not be made again further on. */
  readonly #absent = new Set<string>();
  readonly #lower: string;

  constructor(readonly html: string) {
    this.#lower = html.toLowerCase();
  }

  /** Where `needle` (in lower case) stands next, or the end. */
  #find(needle: string, from: number): number {
    if (this.#absent.has(needle)) return this.html.length;
    const found = this.#lower.indexOf(needle, from);
    if (found >= 0) return found;
    this.#absent.add(needle);
    return this.html.length;
  }

  *tokens(): Generator<Token> {
    const { html } = this;
    while (this.#at < html.length) {
      const open = this.#find("<", this.#at);
      if (open > this.#at) yield { kind: "text", text: html.slice(this.#at, open) };
      this.#at = open;
      if (open < html.length) yield* this.#markup();
    }
  }

  *#markup(): Generator<Token> {
    const { html } = this;
    const from = this.#at;
    const next = html[from + 1];
    if (next === "!" || next === "?") {
      yield this.#declaration();
      return;
    }
    const ends = next === "/";
    const name = matchAt(NAME, html, from + (ends ? 2 : 1))?.[0];
    if (name === undefined) {
      yield { kind: "text", text: "<" };
      this.#at += 1;
      return;
    }
    this.#at += name.length + (ends ? 2 : 1);
    const attributes = this.#attributes();
    if (attributes === undefined) {
      yield { kind: "text", text: html.slice(from, this.#at) };
      return;
    }
    const lower = name.toLowerCase();
    if (ends) {
      yield { kind: "end", name: lower };
      if (attributes.size > 0) yield { kind: "hidden", what: html.slice(from + 1, this.#at - 1) };
    } else {
      yield { kind: "start", name: lower, attributes };
      if (RAW.has(lower)) yield* this.#raw(lower);
    }
  }

  /** A comment or declaration; the beginning of one that has no end is text, and so is what follows. */
  #declaration(): Token {
    const { html } = this;
    const from = this.#at;
    const close = html.startsWith("<!--", from) ? "-->" : ">";
    const end = this.#find(close, from + 2);
    const isWhole = end < html.length;
    this.#at = isWhole ? end + close.length : from + 2;
    if (isWhole) return { kind: "hidden", what: html.slice(from + 1, this.#at - 1) };
    return { kind: "text", text: html.slice(from, this.#at) };
  }

  /** Attributes and the end of the tag; undefined if that does not come after them. What was read is not read again. */
  #attributes(): ReadonlyMap<string, string> | undefined {
    const found = new Map<string, string>();
    for (;;) {
      const match = matchAt(ATTRIBUTE, this.html, this.#at);
      if (match === null) break;
      const [whole, name = "", double, single, bare] = match;
      this.#at += whole.length;
      const lower = name.toLowerCase();
      if (!found.has(lower)) found.set(lower, double ?? single ?? bare ?? "");
    }
    const close = matchAt(CLOSE, this.html, this.#at)?.[0];
    if (close === undefined) return undefined;
    this.#at += close.length;
    return found;
  }

  /** What stands in an element that holds no tags, and its end. */
  *#raw(name: string): Generator<Token> {
    const end = this.#find(`</${name}`, this.#at);
    if (end > this.#at)
      yield { kind: "text", text: this.html.slice(this.#at, end).replaceAll("<", "&lt;") };
    this.#at = end;
  }
}

export function tokens(html: string): Generator<Token> {
  return new Reader(html).tokens();
}
