/** What is new in a conversation for somebody who reads further up. Pure. */
import type { Entry } from "../../session/types";
import { WEIGHTY } from "./notice-words";

/** More than this is told as "more than". */
const MOST_TOLD = 999;

/** What came since. */
export interface News {
  /** Messages. */
  readonly own: number;
  readonly others: number;
  /** The key of the first message of others among them. */
  readonly first: string | undefined;
  /** The last of the notices among them that ask for attention. */
  readonly weighty: Entry["kind"] | undefined;
}

/** Messages in `now` that came after all of `before`, the same conversation earlier. */
export function newsSince(before: readonly Entry[], now: readonly Entry[]): News {
  const lines = now.slice(endOf(before, now));
  const messages = lines.filter((entry) => entry.kind === "message");
  const own = messages.filter((message) => message.from.self).length;
  const first = messages.find((message) => !message.from.self)?.key;
  const weighty = lines.findLast(({ kind }) => WEIGHTY.has(kind))?.kind;
  return { own, others: messages.length - own, first, weighty };
}

/** Where in `now` that begins which came after `before`. The last line of before may have been taken out. */
function endOf(before: readonly Entry[], now: readonly Entry[]): number {
  for (let i = before.length - 1; i >= 0; i--) {
    const at = now.findLastIndex(({ key }) => key === before[i]?.key);
    if (at >= 0) return at + 1;
  }
  return 0;
}

/** "1 new message" and so on; without messages, what else asks for attention; without that, the way to the end. */
export function newsWords(count: number, weighty: News["weighty"]): string {
  if (count > MOST_TOLD) return `More than ${MOST_TOLD} new messages`;
  if (count > 0) return count === 1 ? "1 new message" : `${count} new messages`;
  if (weighty === undefined) return "Go to the latest";
  return weighty === "wrong-password" ? "Someone tried a wrong password" : "See what happened";
}
