/**
 * What of an author's `style` is kept: a list of properties, each with the values it may have, and no CSS syntax beyond
 * words, numbers and colours.
 *
 * Invariants: nothing that names an address, a variable, a counter or another element; nothing that takes a message out of its
 * place (position, negative lengths, transforms) or hides what is under or beside it; no lengths beyond a few lines
 * (`dress.ts` holds what stands in a line to less). What comes out, put in again, comes out the same.
 */
import { parseColour, writeColour } from "./colour";

/** One kept declaration. */
export interface Declaration {
  readonly property: string;
  readonly value: string;
}

type Judge = (value: string) => string | undefined;

const oneOf = (...words: string[]): Judge => {
  const known = new Set(words);
  return (value) => (known.has(value) ? value : undefined);
};

const colour: Judge = (value) => {
  const parsed = parseColour(value);
  return parsed && writeColour(parsed);
};

/** Pixels of one `rem`, as authors count them. */
const PX_PER_REM = 16;

/** A length in rem, held between bounds; percentages are taken of 1rem where `percent` allows them. */
const length = (least: number, most: number, percent = false): Judge => {
  return (value) => {
    const match = /^(\d{1,5}(?:\.\d{1,4})?|\.\d{1,4})(px|pt|em|rem|%)?$/.exec(value);
    if (match === null) return undefined;
    const number = Number(match[1]);
    const unit = match[2];
    if (unit === "%" && !percent) return undefined;
    if (unit === undefined && number !== 0) return undefined;
    const perUnit = { px: 1 / PX_PER_REM, pt: 4 / 3 / PX_PER_REM, em: 1, rem: 1, "%": 0.01 };
    const rem = number * (unit === undefined ? 0 : perUnit[unit as keyof typeof perUnit]);
    return `${Math.round(Math.min(Math.max(rem, least), most) * 10_000) / 10_000}rem`;
  };
};

const sizes: Readonly<Record<string, string>> = {
  "xx-small": "0.75rem",
  "x-small": "0.75rem",
  smaller: "0.8125rem",
  small: "0.8125rem",
  medium: "1rem",
  large: "1.25rem",
  larger: "1.25rem",
  "x-large": "1.5rem",
  "xx-large": "2rem",
};
const measured = length(0.75, 2, true);
const fontSize: Judge = (value) => (Object.hasOwn(sizes, value) ? sizes[value] : measured(value));

const generic: Readonly<Record<string, string>> = {
  monospace: "monospace",
  courier: "monospace",
  "courier new": "monospace",
  serif: "serif",
  times: "serif",
  "times new roman": "serif",
  georgia: "serif",
  "sans-serif": "sans-serif",
  arial: "sans-serif",
  helvetica: "sans-serif",
};
/** Which fonts a device has is nobody's business: kinds only. */
const fontFamily: Judge = (value) => {
  for (const family of value.split(",")) {
    const name = family.trim().replace(/^(["'])([\w -]+)\1$/, "$2");
    if (Object.hasOwn(generic, name)) return generic[name];
  }
  return undefined;
};

const width: Judge = (value) => {
  const percent = /^(\d{1,3})(?:\.\d{1,4})?%$/.exec(value)?.[1];
  return percent === undefined ? undefined : `${Math.min(Math.max(Number(percent), 1), 100)}%`;
};

/** Each of one to four values, or none. */
const box = (side: Judge): Judge => {
  return (value) => {
    const parts = value.split(" ");
    const kept = parts.flatMap((part) => side(part) ?? []);
    return parts.length <= 4 && kept.length === parts.length ? kept.join(" ") : undefined;
  };
};

const borderWidth = length(1 / PX_PER_REM, 4 / PX_PER_REM);
/** Width, style and colour in any order; without a style there is no border, and the other styles are the page's own. */
const border: Judge = (value) => {
  if (value === "none" || value === "0") return "none";
  let [size, style, ink] = ["0.0625rem", "", ""];
  for (const part of parts(value)) {
    if (part === "solid") style = part;
    else if (part === "thin" || part === "medium" || part === "thick") size = "0.125rem";
    else if (borderWidth(part) !== undefined) size = borderWidth(part) ?? size;
    else {
      const parsed = colour(part);
      if (parsed === undefined) return undefined;
      ink = parsed;
    }
  }
  return style === "" ? undefined : [size, style, ink].filter((part) => part !== "").join(" ");
};

/** Parts between blanks; a function with its brackets is one part. */
function parts(value: string): string[] {
  return value.match(/[^\s(]+(?:\([^()]*\))?/g) ?? [];
}

const decorations = new Set(["none", "underline", "overline", "line-through"]);
const styles = new Set(["solid", "double", "dotted", "dashed", "wavy"]);
const textDecoration: Judge = (value) => {
  const words = value.split(" ");
  return words.length <= 3 && words.every((word) => decorations.has(word) || styles.has(word))
    ? words.join(" ")
    : undefined;
};

const padding = box(length(0, 1.5));
const side = length(0, 1.5);

const PROPERTIES: Readonly<Record<string, Judge>> = {
  color: colour,
  "background-color": colour,
  "text-align": oneOf("left", "right", "center", "justify", "start", "end"),
  "font-weight": oneOf(
    ..."normal bold lighter bolder 100 200 300 400 500 600 700 800 900".split(" "),
  ),
  "font-style": oneOf("normal", "italic", "oblique"),
  "font-size": fontSize,
  "font-family": fontFamily,
  "font-variant": oneOf("normal", "small-caps"),
  "text-decoration": textDecoration,
  "text-decoration-line": textDecoration,
  "text-transform": oneOf("none", "uppercase", "lowercase", "capitalize"),
  "list-style-type": oneOf(
    ..."none disc circle square decimal decimal-leading-zero lower-roman upper-roman lower-alpha upper-alpha lower-greek lower-latin upper-latin".split(
      " ",
    ),
  ),
  "vertical-align": oneOf(
    ..."baseline sub super top middle bottom text-top text-bottom".split(" "),
  ),
  "white-space": oneOf("normal", "pre", "pre-wrap", "pre-line"),
  "caption-side": oneOf("top", "bottom"),
  "border-collapse": oneOf("collapse", "separate"),
  "border-radius": length(0, 1),
  border,
  "border-top": border,
  "border-right": border,
  "border-bottom": border,
  "border-left": border,
  padding,
  "padding-top": side,
  "padding-right": side,
  "padding-bottom": side,
  "padding-left": side,
  width,
};

/** Other names for the same, as far as their values can be kept. */
const ALIASES: Readonly<Record<string, string>> = {
  background: "background-color",
  "list-style": "list-style-type",
};

/** Letters, numbers and the few signs that the values above need: no escapes, no comments, no strings that span. */
const PLAIN = /^[\w\s#%.,()"'/+-]*$/;
/** Declarations that are looked at in one `style`. */
const MAX_DECLARATIONS = 30;

/** The declarations of `style` that are kept; `onLoss` is told of the others. */
export function declarations(style: string, onLoss: (declaration: string) => void): Declaration[] {
  const kept = new Map<string, string>();
  for (const [index, piece] of style.split(";").entries()) {
    const typed = piece.trim();
    if (typed === "") continue;
    const colon = typed.indexOf(":");
    const name = typed.slice(0, Math.max(colon, 0)).trim().toLowerCase();
    const property = Object.hasOwn(ALIASES, name) ? (ALIASES[name] ?? name) : name;
    const value = typed
      .slice(colon + 1)
      .replace(/\s*!important\s*$/i, "")
      .trim()
      .replaceAll(/\s+/g, " ")
      .toLowerCase();
    const judge = Object.hasOwn(PROPERTIES, property) ? PROPERTIES[property] : undefined;
    const judged = index < MAX_DECLARATIONS && PLAIN.test(value) ? judge?.(value) : undefined;
    if (judged === undefined) onLoss(typed);
    else {
      kept.delete(property);
      kept.set(property, judged);
    }
  }
  return [...kept].map(([property, value]) => ({ property, value }));
}

export function writeDeclarations(kept: readonly Declaration[]): string {
  return kept.map(({ property, value }) => `${property}:${value}`).join(";");
}
