/**
 * Over the field: what the text goes along with, and the way out of it.
 *
 * Invariant: everybody to whom the text would be whispered now is named, and nobody else.
 */
import type { ReadonlySignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import type { Person } from "../../../session/types";
import { firstLine } from "../../words/first-line";
import { peopleWords } from "../../words/people";
import type { Draft } from "./draft";
import { writtenName } from "./person-words";
import "./draft-banner.css";

interface DraftBannerProps {
  readonly draft: Draft;
  readonly people: ReadonlySignal<readonly Person[]>;
  /** The field takes the focus again. */
  readonly onDone: () => void;
}

export function DraftBanner({ draft, people, onDone }: DraftBannerProps) {
  const editing = draft.editing.value;
  const audience = draft.audience.value;
  const answer = draft.answer.value;
  const then = (end: () => void) => () => {
    end();
    onDone();
  };
  const others = people.value.filter(({ self }) => !self);
  const names = audience?.map((who) => ({ ...who, alias: writtenName(who, others) }));
  const whisper = names && (
    <>
      <strong>Whisper</strong> to <bdi>{peopleWords(names) || "nobody who is still here"}</bdi>
    </>
  );
  if (editing) {
    return (
      <Banner
        kind={whisper ? "whisper" : "edit"}
        label="Leave as it was"
        onEnd={then(() => draft.endEdit())}
      >
        <strong>Editing</strong> your {whisper ?? "message"}. {whisper ? "They" : "The others"} see
        that it was changed.
      </Banner>
    );
  }
  // A command in the text names others than the whisper that is answered: that reply is dropped.
  const answered = draft.named.value && answer?.circle ? undefined : answer;
  const isWhispered = answered?.circle !== undefined;
  const reply = answered && (
    <>
      <strong>
        <bdi>{answered.message?.from.self ? "yourself" : answered.message?.from.alias}</bdi>
      </strong>{" "}
      <bdi class="draft-quote">{firstLine(answered.message?.body ?? "")}</bdi>
    </>
  );
  return (
    <>
      {whisper && (
        <Banner
          kind="whisper"
          label={isWhispered ? "Do not reply" : "Stop whispering"}
          onEnd={
            draft.named.value
              ? undefined
              : then(() => (isWhispered ? draft.endReply() : draft.endWhisper()))
          }
        >
          {whisper}
          {!isWhispered && ": nobody else can read it"}
          {isWhispered && answered.message && <>, in reply to {reply}</>}
          {isWhispered && !answered.message && ": what you answer is not here any more"}
        </Banner>
      )}
      {answered && !isWhispered && (
        <Banner kind="reply" label="Do not reply" onEnd={then(() => draft.endReply())}>
          Reply to {reply}
        </Banner>
      )}
    </>
  );
}

interface BannerProps {
  readonly kind: "whisper" | "reply" | "edit";
  readonly label: string;
  /** Undefined: it ends with what is written. */
  readonly onEnd: (() => void) | undefined;
  readonly children: ComponentChildren;
}

function Banner({ kind, label, onEnd, children }: BannerProps) {
  return (
    <div class="draft-banner" data-kind={kind}>
      <p class="draft-words">{children}</p>
      {onEnd && (
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
      )}
    </div>
  );
}
