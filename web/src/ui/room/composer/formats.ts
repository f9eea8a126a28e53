/**
 * What the keys and buttons of the composer do to a text: Markdown around or before what is selected. Pure.
 *
 * Invariants: whatever is done once is undone by doing it again; nothing outside the lines of the selection changes.
 */

/** A change of a text: `insert` in place of what stands from `from` to `to`, and what is selected afterwards. */
export interface Edit {
  readonly from: number;
  readonly to: number;
  readonly insert: string;
  readonly select: readonly [number, number];
}

/** A text, and what of it is selected. */
export interface Selected {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

export interface Format {
  readonly name: "bold" | "italic" | "strike" | "code" | "link" | "quote" | "bullets" | "numbers";
  /** With Ctrl or ⌘: the letter, or the code of the key where shift changes what it writes. */
  readonly key: string;
  readonly shift: boolean;
  apply(selected: Selected): Edit;
}

const wrap = (mark: string) => (selected: Selected) => wrapped(selected, mark);

/** In keys and buttons, in this order. */
export const FORMATS: readonly Format[] = [
  { name: "bold", key: "b", shift: false, apply: wrap("**") },
  { name: "italic", key: "i", shift: false, apply: wrap("*") },
  { name: "strike", key: "x", shift: true, apply: wrap("~~") },
  { name: "code", key: "e", shift: false, apply: code },
  { name: "link", key: "k", shift: false, apply: link },
  { name: "quote", key: "Digit9", shift: true, apply: prefix(() => "> ", /^> ?/) },
  { name: "bullets", key: "Digit8", shift: true, apply: prefix(() => "- ", /^- /) },
  {
    name: "numbers",
    key: "Digit7",
    shift: true,
    apply: prefix((i) => `${i + 1}. `, /^\d{1,9}\. /),
  },
];

/** The part of a keyboard event that counts. */
export interface Press {
  readonly key: string;
  readonly code: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly shiftKey: boolean;
  readonly altKey: boolean;
}

/** The format that a press of keys asks for. */
export function formatOf(press: Press): Format | undefined {
  if (press.ctrlKey === press.metaKey || press.altKey) return undefined;
  return FORMATS.find(
    ({ key, shift }) =>
      shift === press.shiftKey && (key === press.code || key === press.key.toLowerCase()),
  );
}

/** From something to something, over no line that is blank. */
const PARAGRAPH = /\S(?:(?:.|\n(?=.*\S))*\S)?/g;

/** Marks hold within a paragraph only: each gets its own. */
function wrapped(selected: Selected, mark: string): Edit {
  const { text, start, end } = selected;
  const all = text.slice(start, end);
  const parts = all.match(PARAGRAPH) ?? [];
  if (parts.length < 2) return surrounded(selected, mark, mark);
  const isThere = parts.every((part) => isMarked(part, mark));
  const insert = all.replace(PARAGRAPH, (part) =>
    isThere ? part.slice(mark.length, -mark.length) : mark + part + mark,
  );
  return { from: start, to: end, insert, select: [start, start + insert.length] };
}

/** Whether a mark holds a whole paragraph. */
function isMarked(part: string, mark: string): boolean {
  const bare = part.replace(/^[*~]+|[*~]+$/g, "");
  // A single star is not there if it is half of two.
  const isOdd = mark !== "*" || part.indexOf(bare) % 2 === 1;
  return part.startsWith(mark) && part.endsWith(mark) && !bare.includes(mark) && isOdd;
}

/** Blanks stay outside of `open` and `close`, which mean nothing next to them. */
function surrounded(
  { text, start, end }: Selected,
  open: string,
  close: string,
  inner = text.slice(start, end).trim() || text.slice(start, end),
): Edit {
  const from = text.indexOf(inner, start);
  const to = from + inner.length;
  const [before, after] = [text.slice(0, from), text.slice(to)];
  // A single star is not there if it is half of two.
  const isDouble = open === "*" && before.endsWith("**") && !before.endsWith("***");
  if (before.endsWith(open) && after.startsWith(close) && !isDouble) {
    const at = from - open.length;
    return { from: at, to: to + close.length, insert: inner, select: [at, at + inner.length] };
  }
  const at = from + open.length;
  return { from, to, insert: open + inner + close, select: [at, at + inner.length] };
}

/** A word in a line as such, lines as a block; between more backticks than are in it. */
function code(selected: Selected): Edit {
  const { text, start, end } = selected;
  const inner = text.slice(start, end).trim();
  let mark = "`";
  while (inner.includes(mark)) mark += "`";
  if (!inner.includes("\n")) {
    const blank = /^`|`$/.test(inner) ? " " : "";
    return surrounded(selected, mark + blank, blank + mark);
  }
  const fence = mark.padEnd(3, "`");
  const isFirst = start === 0 || text[start - 1] === "\n";
  const open = `${isFirst ? "" : "\n"}${fence}\n`;
  // Blanks mean something in it.
  return surrounded(selected, open, `\n${fence}`, text.slice(start, end));
}

const ADDRESS = /^https?:\/\/\S+$/i;
const BEGINNING = "https://";

/** The selection becomes the words of a link, or its address if it is one; what lacks is selected to be typed. */
function link({ text, start, end }: Selected): Edit {
  const inner = text.slice(start, end);
  const isAddress = ADDRESS.test(inner);
  const insert = isAddress ? `[](${inner})` : `[${inner}](${BEGINNING})`;
  const at = start + inner.length + 3;
  const select: Edit["select"] =
    isAddress || inner === "" ? [start + 1, start + 1] : [at, at + BEGINNING.length];
  return { from: start, to: end, insert, select };
}

/** Before each line of the selection, or away from each if all have it. */
function prefix(mark: (line: number) => string, there: RegExp) {
  return ({ text, start, end }: Selected): Edit => {
    const from = text.lastIndexOf("\n", start - 1) + 1;
    const next = text.indexOf("\n", end);
    const to = next === -1 ? text.length : next;
    const lines = text.slice(from, to).split("\n");
    const isThere = lines.every((line) => there.test(line));
    const insert = lines
      .map((line, i) => (isThere ? line.replace(there, "") : mark(i) + line))
      .join("\n");
    const moved = from + insert.length;
    return { from, to, insert, select: start === end ? [moved, moved] : [from, moved] };
  };
}

/** What a list or a quote goes on with in the next line. */
const GOES_ON = /^(\s{0,8})(?:([-*+]) (?:\[[ x]\] )?|(\d{1,8})([.)]) |(> ?))/;

/** A line break: a list or quote goes on, and ends where nothing was written in its last line. */
export function lineBreak({ text, start, end }: Selected): Edit {
  const from = text.lastIndexOf("\n", start - 1) + 1;
  const line = text.slice(from, start);
  const [whole = "", blanks = "", bullet, number, dot, quote] = GOES_ON.exec(line) ?? [];
  if (whole !== "" && line.trim() === whole.trim())
    return { from, to: end, insert: "", select: [from, from] };
  const next = quote ?? (bullet ? `${bullet} ` : number ? `${Number(number) + 1}${dot} ` : "");
  const insert = `\n${blanks}${next}`;
  return { from: start, to: end, insert, select: [start + insert.length, start + insert.length] };
}
