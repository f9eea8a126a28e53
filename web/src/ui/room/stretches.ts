/**
 * Cuts a conversation into stretches, each of which is drawn and laid out on its own: what a new message costs then does
 * not grow with the conversation. Pure.
 *
 * Invariants:
 * - Order is that of the entries, and every entry is in exactly one stretch; none is empty.
 * - An entry stays in its stretch for as long as it keeps its place, whatever comes after it or goes before it.
 * - Keys of stretches are unique, and so are those of blocks within their stretch, where they are drawn. A message that is
 *   moved to another stretch may begin a block there while what is left of its old run keeps the key.
 * - A stretch whose entries are the same objects as before is the same object as before, so that drawing can skip it.
 */
import type { Entry, Person } from "../../session/types";
import { type Block, blocks, sameEntries } from "./blocks";

export interface Stretch {
  readonly key: string;
  readonly entries: readonly Entry[];
  readonly blocks: readonly Block[];
  /** Who wrote in it, each once. */
  readonly authors: readonly Person[];
}

/** Entries of a full stretch: about two screens. */
export const STRETCH_ENTRIES = 32;
/** Text of a full stretch, in UTF-16 code units: about as much to lay out as that many short messages. */
export const STRETCH_UNITS = 16_384;

/** Stretches for `entries`; `previous` is what this function gave before. */
export function stretches(
  entries: readonly Entry[],
  previous: readonly Stretch[] = [],
): readonly Stretch[] {
  const places = new Map<string, number>();
  previous.forEach((stretch, i) => {
    for (const { key } of stretch.entries) places.set(key, i);
  });
  const kept: Entry[][] = previous.map(() => []);
  const added: Entry[] = [];
  let at = 0;
  for (const entry of entries) {
    const place = places.get(entry.key) ?? -1;
    // What was moved to the end comes as if it were new.
    const isInPlace = place >= at && added.length === 0;
    if (isInPlace) at = place;
    (isInPlace ? kept[place] : added)?.push(entry);
  }
  const result = previous.flatMap((before, i) => again(before, kept[i] ?? []));
  const open = result.pop();
  return [...result, ...cut(added, open, new Set(previous.map(({ key }) => key)))];
}

/** What has become of a stretch: the same, a new one under the same key, or nothing. */
function again(before: Stretch, entries: readonly Entry[]): Stretch[] {
  if (entries.length === 0) return [];
  if (sameEntries(entries, before.entries)) return [before];
  return [stretch(before.key, entries, before.blocks)];
}

/** Puts new entries behind what is in the last stretch, as long as there is room, and the rest into new ones. */
function cut(
  added: readonly Entry[],
  open: Stretch | undefined,
  taboo: ReadonlySet<string>,
): Stretch[] {
  if (added.length === 0) return open === undefined ? [] : [open];
  const result: Stretch[] = [];
  let last: Stretch | undefined = open;
  let taken = [...(open?.entries ?? [])];
  let units = taken.reduce((sum, entry) => sum + unitsOf(entry), 0);
  const close = (): void => {
    const key = last?.key ?? newKey(taken[0]?.key, taboo);
    if (key !== undefined) result.push(stretch(key, taken, last?.blocks));
    last = undefined;
    taken = [];
    units = 0;
  };
  for (const entry of added) {
    if (taken.length >= STRETCH_ENTRIES || units >= STRETCH_UNITS) close();
    taken.push(entry);
    units += unitsOf(entry);
  }
  close();
  return result;
}

function newKey(wanted: string | undefined, taboo: ReadonlySet<string>): string | undefined {
  return wanted !== undefined && taboo.has(wanted) ? newKey(`${wanted}+`, taboo) : wanted;
}

function stretch(key: string, entries: readonly Entry[], before?: readonly Block[]): Stretch {
  const authors = new Map<string, Person>();
  for (const entry of entries) if (entry.kind === "message") authors.set(entry.from.id, entry.from);
  return { key, entries, blocks: blocks(entries, before), authors: [...authors.values()] };
}

function unitsOf(entry: Entry): number {
  return entry.kind === "message" ? entry.body.length : 0;
}
