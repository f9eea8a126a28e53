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
  readonly label: string;
  /** With Ctrl or ⌘: the letter, or the code of the key where shift changes what it writes. */
  readonly key: string;
  readonly shift: boolean;
  apply(selected: Selected): Edit;
}

const wrap = (mark: string) => (selected: Selected) => wrapped(selected, mark, mark);

/** In keys and buttons, in this order. */
export const FORMATS: readonly Format[] = [
  { name: "bold", label: "Bold", key: "b", shift: false, apply: wrap("**") },
  { name: "italic", label: "Italic", key: "i", shift: false, apply: wrap("*") },
  { name: "strike", label: "Struck through", key: "x", shift: true, apply: wrap("~~") },
  { name: "code", label: "Code", key: "e", shift: false, apply: code },
  { name: "link", label: "Link", key: "k", shift: false, apply: link },
  { name: "quote", label: "Quote", key: "Digit9", shift: true, apply: prefix(() => "> ", /^> ?/) },
  { name: "bullets", label: "List", key: "Digit8", shift: true, apply: prefix(() => "- ", /^- /) },
  {
    name: "numbers",
    label: "Numbered list",
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

/** The keys of a format as people read them. */
export function keyWords({ key, shift }: Format): string {
  return `Ctrl+${shift ? "Shift+" : ""}${key.replace("Digit", "").toUpperCase()}`;
}

function wrapped({ text, start, end }: Selected, open: string, close: string): Edit {
  const inner = text.slice(start, end);
  const [before, after] = [text.slice(0, start), text.slice(end)];
  // A single star is not there if it is half of two.
  const isDouble = open === "*" && before.endsWith("**") && !before.endsWith("***");
  if (before.endsWith(open) && after.startsWith(close) && !isDouble) {
    const from = start - open.length;
    return { from, to: end + close.length, insert: inner, select: [from, from + inner.length] };
  }
  const at = start + open.length;
  return { from: start, to: end, insert: open + inner + close, select: [at, at + inner.length] };
}

/** A word in a line as such, lines as a block. */
function code(selected: Selected): Edit {
  const { text, start, end } = selected;
  if (!text.slice(start, end).includes("\n")) return wrapped(selected, "`", "`");
  const open = start === 0 || text[start - 1] === "\n" ? "```\n" : "\n```\n";
  return wrapped(selected, open, "\n```");
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
