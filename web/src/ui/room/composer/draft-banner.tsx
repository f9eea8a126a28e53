/** Over the field: what the text goes along with, and the way out of it. */
import type { ComponentChildren } from "preact";
import { firstLine } from "../../words/first-line";
import { peopleWords } from "../../words/people";
import type { Draft } from "./draft";
import "./draft-banner.css";

interface DraftBannerProps {
  readonly draft: Draft;
  /** The field takes the focus again. */
  readonly onDone: () => void;
}

export function DraftBanner({ draft, onDone }: DraftBannerProps) {
  const { editing, replyTo, whisperTo } = draft;
  const answered = replyTo.value;
  const whispered = whisperTo.value;
  const end = (signal: { value: unknown }, nothing: unknown) => () => {
    signal.value = nothing;
    onDone();
  };
  return (
    <>
      {whispered.length > 0 && (
        <Banner kind="whisper" label="Stop whispering" onEnd={end(whisperTo, [])}>
          <strong>Whisper</strong> to <bdi>{peopleWords(whispered)}</bdi>: nobody else can read it
        </Banner>
      )}
      {answered && (
        <Banner
          kind={answered.whisper && whispered.length === 0 ? "whisper" : "reply"}
          label="Do not reply"
          onEnd={end(replyTo, undefined)}
        >
          {answered.whisper ? "Whispered reply to " : "Reply to "}
          <strong>
            <bdi>{answered.from.self ? "yourself" : answered.from.alias}</bdi>
          </strong>{" "}
          <bdi class="draft-quote">{firstLine(answered.body)}</bdi>
        </Banner>
      )}
      {editing.value && (
        <Banner kind="edit" label="Leave as it was" onEnd={end(editing, undefined)}>
          <strong>Editing</strong> your message. The others see that it was changed.
        </Banner>
      )}
    </>
  );
}

interface BannerProps {
  readonly kind: "whisper" | "reply" | "edit";
  readonly label: string;
  readonly onEnd: () => void;
  readonly children: ComponentChildren;
}

function Banner({ kind, label, onEnd, children }: BannerProps) {
  return (
    <div class="draft-banner" data-kind={kind}>
      <p class="draft-words">{children}</p>
      <button
        type="button"
        class="draft-end"
        aria-label={label}
        title={`${label} (Esc)`}
        onClick={onEnd}
      >
        <svg viewBox="0 0 20 20" aria-hidden="true">
          <path d="M5.5 5.5l9 9M14.5 5.5l-9 9" />
        </svg>
      </button>
    </div>
  );
}
