/**
 * Turns entries of a conversation into what is drawn: runs of one author, and notices between them. Pure.
 *
 * Invariants:
 * - Order is that of the entries, and every entry is in exactly one block.
 * - A block whose entries are the same objects as before is the same object as before, so that drawing can skip it.
 * - A block keeps its key when its first entries go, so that what stays of it is not drawn anew.
 */
import { aliasSkeleton } from "../../session/skeleton";
import type { Entry, Person } from "../../session/types";

export type Message = Extract<Entry, { kind: "message" }>;
export type Notice = Exclude<Entry, Message>;

export interface Run {
  readonly kind: "run";
  readonly key: string;
  readonly from: Person;
  readonly messages: readonly Message[];
}

export interface NoticeBlock {
  readonly kind: "notice";
  readonly key: string;
  /** One notice, or several of a kind in a row. */
  readonly notices: readonly Notice[];
}

export type Block = Run | NoticeBlock;

/** A pause after which the same author starts a new run, in milliseconds: the time is shown again. */
export const RUN_PAUSE_MS = 5 * 60_000;

/** Kinds that are told in one line when they come in a row. */
const foldable: ReadonlySet<Notice["kind"]> = new Set([
  "joined",
  "left",
  "returned",
  "wrong-password",
  "damaged",
]);

function continues(run: Message[], next: Message): boolean {
  const last = run[run.length - 1];
  return last !== undefined && last.from.id === next.from.id && next.at - last.at < RUN_PAUSE_MS;
}

/** True if both hold the same objects in the same order. */
export function sameEntries(a: readonly Entry[], b: readonly Entry[]): boolean {
  return a.length === b.length && a.every((entry, i) => entry === b[i]);
}

const entriesOf = (block: Block): readonly Entry[] =>
  block.kind === "run" ? block.messages : block.notices;

/** Blocks for `entries`; `previous` is what this function gave before. */
export function blocks(
  entries: readonly Entry[],
  previous: readonly Block[] = [],
): readonly Block[] {
  const known = new Map(
    previous.flatMap((block) => entriesOf(block).map(({ key }) => [key, block] as const)),
  );
  const result: Block[] = [];
  const used = new Set<string>();
  let messages: Message[] = [];
  let notices: Notice[] = [];

  const close = (): void => {
    const first = messages[0] ?? notices[0];
    if (first !== undefined) {
      const before = known.get(first.key);
      let key = before?.key ?? first.key;
      // What was one block may be two now, and only one of them can bear its key.
      if (used.has(key)) key = first.key;
      while (used.has(key)) key += "+";
      used.add(key);
      const fresh: Block =
        first.kind === "message"
          ? { kind: "run", key, from: first.from, messages }
          : { kind: "notice", key, notices };
      result.push(
        before?.key === key && sameEntries(entriesOf(before), entriesOf(fresh)) ? before : fresh,
      );
    }
    messages = [];
    notices = [];
  };

  for (const entry of entries) {
    if (entry.kind === "message") {
      if (!continues(messages, entry)) close();
      messages.push(entry);
    } else {
      if (notices[0]?.kind !== entry.kind || !foldable.has(entry.kind)) close();
      notices.push(entry);
    }
  }
  close();
  return result;
}

/** Aliases that more than one of `people` bears, or that look alike or like nothing: their words must be shown beside them. */
export function sharedAliases(people: readonly Person[]): ReadonlySet<string> {
  const bearers = new Map<string, Set<string>>();
  for (const { alias, id } of people) {
    const skeleton = aliasSkeleton(alias);
    const ids = bearers.get(skeleton) ?? new Set();
    bearers.set(skeleton, ids.add(id));
  }
  const isShared = (skeleton: string) => skeleton === "" || (bearers.get(skeleton)?.size ?? 0) > 1;
  return new Set(
    people.map(({ alias }) => alias).filter((alias) => isShared(aliasSkeleton(alias))),
  );
}
