/** A quiet line between messages: who came and went, and what else happened. */
import { Mark } from "../mark/mark";
import { memo } from "../parts/memo";
import { timeOfDay } from "../words/time";
import type { Notice } from "./blocks";
import type { LineContext } from "./line/line-context";
import { noticeWords, WEIGHTY } from "./notice-words";
import "./notice-line.css";

interface NoticeLineProps {
  readonly notices: readonly Notice[];
  readonly context: LineContext;
}

export const NoticeLine = memo(({ notices, context }: NoticeLineProps) => {
  const last = notices.at(-1);
  if (last === undefined) return null;
  const parts = noticeWords(notices, context.self.peek());
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
          <button
            type="button"
            class="button button-small notice-action"
            onClick={context.onInvite}
          >
            Show the new ones
          </button>
        )}
      </p>
      <time class="message-time numbers">{timeOfDay(last.at)}</time>
    </div>
  );
});
