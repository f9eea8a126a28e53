/**
 * What the screens of a room's members showed, and what is wrong with it.
 *
 * Everybody says `<name> <n>` with n counting up from 1. Right is: on every screen, what each of the others said stands
 * once and in order; what is missing was missed while away, and a line that tells of a gap stands in its place.
 */

/** One line: what somebody said, or the news that messages were missed. */
export type Line = { readonly from: string; readonly n: number } | "gap";

/** What one member's screen showed, line by line, whether it still shows it or not. */
export class Screen {
  readonly lines: Line[] = [];
  /** Whatever else must not have been shown. */
  readonly troubles: string[] = [];
  /** The highest number of a message of each: what comes late, or twice, is found by `faultsOf`. */
  readonly newest = new Map<string, number>();

  constructor(readonly owner: string) {}

  show(line: Line): void {
    this.lines.push(line);
    if (line === "gap") return;
    this.newest.set(line.from, Math.max(line.n, this.newest.get(line.from) ?? 0));
  }

  /** Whether it ever showed this message. */
  showed(from: string, n: number): boolean {
    return this.lines.some((line) => line !== "gap" && line.from === from && line.n === n);
  }
}

/** The body of somebody's n-th message, padded to about `size` characters. */
export function bodyOf(from: string, n: number, size = 0): string {
  return `${from} ${n} ${"x".repeat(size)}`;
}

/** The line that a body makes. */
export function lineOf(body: string): Line {
  const [, from = "", n = ""] = /^(.+) (\d+) x*$/.exec(body) ?? [];
  return { from, n: Number(n) };
}

/**
 * What is wrong with a screen, in words; empty if all is right. `said` is how many messages each has said, the last of
 * which must have been shown to everybody. Where `gaps` is false no message may be missing, and no gap be told.
 */
export function faultsOf(
  { owner, lines, troubles }: Pick<Screen, "owner" | "lines" | "troubles">,
  said: ReadonlyMap<string, number>,
  gaps: boolean,
): string[] {
  const faults = troubles.map((trouble) => `${owner}: ${trouble}`);
  const fault = (what: string) => faults.push(`${owner}: ${what}`);
  const last = new Map<string, number>();
  /** Of whom nothing may be missing: no gap was told since their last message. Before the first gap that is everybody. */
  const whole = new Set(said.keys());
  for (const line of lines) {
    if (line === "gap") {
      if (!gaps) fault("a gap is told where nothing can have been missed");
      whole.clear();
      continue;
    }
    const { from, n } = line;
    const before = last.get(from) ?? 0;
    if (n === before) fault(`${from} ${n} is doubled`);
    else if (n < before) fault(`${from} ${n} comes after ${before}`);
    else if (n > before + 1 && whole.has(from))
      fault(`of ${from}, ${before + 1} to ${n - 1} are missing, and nothing tells of it`);
    last.set(from, Math.max(n, before));
    whole.add(from);
  }
  for (const [from, count] of said) {
    if ((last.get(from) ?? 0) !== count)
      fault(`the last of ${from} is ${last.get(from)}, not ${count}`);
  }
  return faults;
}
