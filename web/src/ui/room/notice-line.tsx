/** A quiet line between messages: who came and went, and what else happened. */
import type { ReadonlySignal } from "@preact/signals";
import type { Person } from "../../session/types";
import { Mark } from "../mark/mark";
import { timeOfDay } from "../words/time";
import type { Notice } from "./blocks";
import { noticeWords } from "./notice-words";
import "./notice-line.css";

interface NoticeLineProps {
  readonly notices: readonly Notice[];
  readonly self: ReadonlySignal<Person>;
  readonly onInvite: () => void;
}

/** Notices that ask for attention. */
const WEIGHTY: ReadonlySet<Notice["kind"]> = new Set([
  "wrong-password",
  "rekeyed",
  "alias-taken",
  "gap",
  "lingering",
  "damaged",
]);

export function NoticeLine({ notices, self, onInvite }: NoticeLineProps) {
  const last = notices.at(-1);
  if (last === undefined) return null;
  const parts = noticeWords(notices, self.peek());
  return (
    <div class="notice" data-weighty={WEIGHTY.has(last.kind)}>
      <p class="notice-text">
        {parts.map((part) =>
          typeof part === "string" ? (
            part
          ) : (
            <span class="notice-person" key={part.id}>
              <Mark bytes={part.mark} size="small" />
              <bdi class="alias">{part.alias}</bdi>
            </span>
          ),
        )}
        {last.kind === "rekeyed" && !last.by.self && (
          <button type="button" class="button button-small notice-action" onClick={onInvite}>
            Show the new ones
          </button>
        )}
      </p>
      <time class="message-time numbers">{timeOfDay(last.at)}</time>
    </div>
  );
}
