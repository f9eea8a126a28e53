/**
 * Colours code: comments, strings, numbers, keywords and names, for the languages people paste. One pass from left to right.
 *
 * Our own, and small: highlighters by regular expressions take seconds or hours over text made for that, and
 * a message may be made for that. Invariants: linear time; the text is the same before and after.
 */
import { MAX_COLOURED_UNITS } from "./limits";

export type CodePart =
  | "comment"
  | "string"
  | "number"
  | "keyword"
  | "name"
  | "inserted"
  | "deleted";

interface Language {
  readonly keywords: ReadonlySet<string>;
  /** One pattern of alternatives, each without ambiguity. Groups: 1 comment, 2 string, 3 number, 4 word. */
  readonly pattern: RegExp;
  readonly ignoreCase: boolean;
}

const STRINGS = {
  double: String.raw`"(?:[^"\\\n]|\\[^])*"?`,
  single: String.raw`'(?:[^'\\\n]|\\[^])*'?`,
  back: String.raw`${"`"}(?:[^${"`"}\\]|\\[^])*${"`"}?`,
  // A quote that ends after one character; otherwise it is a lifetime or the like.
  character: String.raw`'(?:[^'\\\n]|\\.)'`,
};
const COMMENTS = {
  slashes: String.raw`\/\/[^\n]*`,
  star: String.raw`\/\*[^]*?(?:\*\/|$)`,
  hash: String.raw`#[^\n]*`,
  dashes: String.raw`--[^\n]*`,
  markup: `<!--[^]*?(?:-->|$)`,
};
const NUMBER = String.raw`\b\d[\w.]*`;
const WORD = String.raw`[A-Za-z_$@][\w$-]*`;
const PLAIN_WORD = String.raw`[A-Za-z_$][\w$]*`;

function language(
  keywords: string,
  comments: (keyof typeof COMMENTS)[],
  strings: (keyof typeof STRINGS)[],
  more: { readonly ignoreCase?: boolean; readonly word?: string } = {},
): Language {
  const any = (parts: string[]) => (parts.length === 0 ? "(?!)" : parts.join("|"));
  return {
    keywords: new Set(keywords.split(" ")),
    pattern: new RegExp(
      `(${any(comments.map((name) => COMMENTS[name]))})|(${any(strings.map((name) => STRINGS[name]))})|(${NUMBER})|(${more.word ?? PLAIN_WORD})`,
      "g",
    ),
    ignoreCase: more.ignoreCase ?? false,
  };
}

const C_LIKE =
  "auto bool break case catch char class const constexpr continue default delete do double else enum extern false final float for friend goto if inline int long namespace new nullptr operator private protected public return short signed sizeof static struct switch template this throw true try typedef typename union unsigned using virtual void volatile while NULL include define";
const SCRIPT =
  "abstract any as async await boolean break case catch class const continue debugger declare default delete do else enum export extends false finally for from function get if implements import in instanceof interface keyof let namespace never new null number of private protected public readonly return satisfies set static string super switch this throw true try type typeof undefined unknown var void while yield";
const JAVA =
  "abstract as base bool boolean break byte case catch char class const continue data default do double else enum extends false final finally float for foreach fun if implements import in int interface internal is long namespace new null object open out override package private protected public readonly record return sealed short static string super switch synchronized this throw throws true try typeof using val var virtual void volatile when while yield";

const slashed: (keyof typeof COMMENTS)[] = ["slashes", "star"];
const LANGUAGES: Readonly<Record<string, Language>> = {
  js: language(SCRIPT, slashed, ["double", "single", "back"]),
  c: language(C_LIKE, slashed, ["double", "single"]),
  java: language(JAVA, slashed, ["double", "single"]),
  go: language(
    "break case chan const continue default defer else fallthrough false for func go goto if import interface iota map nil package range return select string struct switch true type var int error bool byte rune",
    slashed,
    ["double", "single", "back"],
  ),
  rust: language(
    "as async await break const continue crate dyn else enum extern false fn for if impl in let loop match mod move mut pub ref return self Self static struct super trait true type unsafe use where while bool char str u8 u16 u32 u64 usize i8 i16 i32 i64 isize f32 f64 String Vec Option Result Some None Ok Err",
    slashed,
    ["double", "character"],
  ),
  swift: language(
    "as associatedtype break case catch class continue default defer deinit do else enum extension false fileprivate for func guard if import in init inout internal is let nil open operator private protocol public repeat rethrows return self static struct subscript super switch throw throws true try typealias var where while",
    slashed,
    ["double"],
  ),
  php: language(
    "abstract and array as break case catch class clone const continue default do echo else elseif extends false final finally fn for foreach function global if implements include instanceof interface match namespace new null or private protected public readonly require return self static switch this throw trait true try use var while yield",
    ["slashes", "star", "hash"],
    ["double", "single"],
  ),
  python: language(
    "and as assert async await break case class continue def del elif else except False finally for from global if import in is lambda match None nonlocal not or pass raise return self True try while with yield",
    ["hash"],
    ["double", "single"],
  ),
  ruby: language(
    "alias and begin break case class def defined do else elsif end ensure false for if in module next nil not or redo rescue retry return self super then true undef unless until when while yield require attr_accessor",
    ["hash"],
    ["double", "single"],
  ),
  shell: language(
    "case cd do done echo elif else esac exit export fi for function if in local read return set shift source sudo test then trap unset until while",
    ["hash"],
    ["double", "single"],
    { word: WORD },
  ),
  config: language("true false null yes no on off", ["hash"], ["double", "single"], { word: WORD }),
  json: language("true false null", [], ["double"]),
  css: language(
    "important media supports layer from to and not only",
    ["star"],
    ["double", "single"],
    {
      word: WORD,
    },
  ),
  sql: language(
    "add all alter and any as asc begin between by case column commit constraint count create cross database default delete desc distinct drop else end exists foreign from full group having if in index inner insert int integer into is join key left like limit not null on or order outer primary references right rollback select set table text then transaction union unique update using values varchar view when where with",
    ["dashes", "star"],
    ["double", "single"],
    { ignoreCase: true },
  ),
  markup: language("", ["markup"], ["double", "single"], {
    word: String.raw`<[/!?]?[A-Za-z][\w:-]*|[/?]?>`,
  }),
};

const NAMES: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries({
    js: "javascript jsx mjs ts typescript tsx",
    c: "cpp c++ h hpp objc",
    java: "kotlin kt cs c# csharp scala dart",
    go: "golang",
    rust: "rs",
    python: "py",
    ruby: "rb",
    shell: "sh bash zsh console fish powershell ps1",
    config: "yaml yml toml ini conf dockerfile docker make makefile nix env",
    css: "scss less",
    markup: "html xml svg vue svelte",
    json: "jsonc json5",
  }).flatMap(([name, others]) => others.split(" ").map((other) => [other, name])),
);

/** The parts of `code`, in order; undefined for languages that are not known, and for code that is too long. */
export function codeParts(
  code: string,
  name: string,
): (readonly [text: string, part: CodePart | undefined])[] | undefined {
  if (code.length > MAX_COLOURED_UNITS) return undefined;
  if (name === "diff" || name === "patch") return diffParts(code);
  const key = Object.hasOwn(NAMES, name) ? (NAMES[name] ?? name) : name;
  const known = Object.hasOwn(LANGUAGES, key) ? LANGUAGES[key] : undefined;
  if (known === undefined) return undefined;
  const parts: [string, CodePart | undefined][] = [];
  let at = 0;
  for (const match of code.matchAll(known.pattern)) {
    const [text, comment, string, number, word] = match;
    const part =
      comment !== undefined
        ? "comment"
        : string !== undefined
          ? "string"
          : number !== undefined
            ? "number"
            : wordPart(known, word ?? "", code[match.index + text.length], key === "markup");
    if (part === undefined) continue;
    if (match.index > at) parts.push([code.slice(at, match.index), undefined]);
    parts.push([text, part]);
    at = match.index + text.length;
  }
  parts.push([code.slice(at), undefined]);
  return parts;
}

function wordPart(
  { keywords, ignoreCase }: Language,
  word: string,
  next: string | undefined,
  markup: boolean,
): CodePart | undefined {
  if (markup || keywords.has(ignoreCase ? word.toLowerCase() : word)) return "keyword";
  return next === "(" ? "name" : undefined;
}

function diffParts(code: string): [string, CodePart | undefined][] {
  return (code.match(/[^\n]*\n|[^\n]+$/g) ?? []).map((line) => {
    if (line.startsWith("+")) return [line, "inserted"];
    if (line.startsWith("-")) return [line, "deleted"];
    return [line, line.startsWith("@@") ? "comment" : undefined];
  });
}

/** Colours the text of `element`, if its language is known. */
export function colourCode(element: Element, name: string): void {
  const parts = codeParts(element.textContent ?? "", name);
  if (parts === undefined) return;
  const document = element.ownerDocument;
  element.replaceChildren(
    ...parts.map(([text, part]) => {
      if (part === undefined) return text;
      const span = document.createElement("span");
      span.className = `code-${part}`;
      span.textContent = text;
      return span;
    }),
  );
}
