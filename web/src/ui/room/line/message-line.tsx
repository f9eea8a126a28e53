/**
 * One message: what it answers, whom it is whispered to, its text, how far it came, what others put on it.
 *
 * Invariant: a whisper is told apart by a sign where no message can draw, outside of the column of texts, and by its words; never by
 * a colour alone.
 */
import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { MessageEntry, Whispered } from "../../../session/types";
import { memo } from "../../parts/memo";
import { RichText } from "../../rich/rich-text";
import { isDeed } from "../../words/deed";
import { FAILED, TOO_LARGE } from "../../words/delivery";
import { firstLine } from "../../words/first-line";
import { peopleWords, recipientWords } from "../../words/people";
import { clock, spoken, timeOfDay } from "../../words/time";
import { DeliveryMark } from "./delivery-mark";
import type { LineContext } from "./line-context";
import "./message-line.css";

interface MessageLineProps {
  readonly message: MessageEntry;
  readonly context: LineContext;
}

export const MessageLine = memo(({ message, context }: MessageLineProps) => {
  const { at, key, delivery, deleted } = message;
  return (
    <div
      class="message"
      data-key={key}
      data-delivery={delivery}
      data-whisper={message.whisper ? "" : undefined}
      data-mention={message.mentionsYou ? "" : undefined}
      tabIndex={-1}
    >
      {message.whisper && <WhisperSign whisper={message.whisper} own={message.from.self} />}
      {message.replyTo !== undefined && <Quote name={message.replyTo} context={context} />}
      {deleted ? (
        <p class="message-gone">This message was deleted.</p>
      ) : (
        <RichText body={message.body} people={context.people} />
      )}
      <span class="message-facts">
        {message.mentionsYou && <span class="unseen">mentions you</span>}
        {message.edited && !deleted && <span class="message-edited">changed</span>}
        <time class="message-time numbers">{timeOfDay(at)}</time>
      </span>
      {delivery && <DeliveryMark delivery={delivery} connection={context.connection} />}
      {message.burn && <Burn {...message.burn} onSight={() => context.noteSight(key)} />}
      {delivery === "too-large" && <p class="message-state">{TOO_LARGE}</p>}
      {delivery === "failed" && (
        <p class="message-state">
          {FAILED}
          <button type="button" class="button button-small" onClick={() => context.onResend(key)}>
            Send again
          </button>
        </p>
      )}
      {message.reactions && message.reactions.length > 0 && (
        <Reactions message={message} context={context} />
      )}
    </div>
  );
});

interface WhisperSignProps {
  readonly whisper: Whispered;
  readonly own: boolean;
}

function WhisperSign({ whisper, own }: WhisperSignProps) {
  const names = recipientWords(whisper);
  return (
    <p class="whisper-sign">
      <svg viewBox="0 0 20 20" aria-hidden="true">
        <path d="M3 9.5v1M7 7v6M11 4v12M15 7.5v5" />
      </svg>
      <span>
        <strong>Whisper</strong> {own ? "to " : "only for "}
        <bdi>{names}</bdi>
      </span>
    </p>
  );
}

/** What is answered: a press shows it. */
function Quote({ name, context }: { readonly name: string; readonly context: LineContext }) {
  const answered = context.find(name);
  if (answered === undefined)
    return <p class="quote-line">Reply to a message that is not here any more</p>;
  return (
    <button type="button" class="quote-line" onClick={() => context.onGo(answered.key)}>
      <span class="unseen">Reply to </span>
      {!isDeed(answered.from.alias, answered.body) && (
        <bdi class="quote-alias">{answered.from.alias}</bdi>
      )}{" "}
      <bdi class="quote-text">{answered.deleted ? "deleted" : firstLine(answered.body)}</bdi>
    </button>
  );
}

function Reactions({ message, context }: MessageLineProps) {
  return (
    <ul class="reactions" aria-label="Reactions">
      {message.reactions?.map(({ emoji, people, own }) => (
        <li key={emoji}>
          <button
            type="button"
            class="reaction"
            aria-pressed={own}
            aria-label={`${emoji} ${peopleWords(people)}`}
            title={peopleWords(people)}
            onClick={() => context.react(message.key, emoji)}
          >
            <span class="emoji">{emoji}</span>
            <span class="numbers">{people.length}</span>
          </button>
        </li>
      ))}
    </ul>
  );
}

const SECOND_MS = 1_000;

interface BurnProps extends NonNullable<MessageEntry["burn"]> {
  /** The message came into sight, to its end. */
  readonly onSight: () => void;
}

/** How long it still stands: told once to those who hear the page, counted for those who see it. */
function Burn({ seconds, endsAt, onSight }: BurnProps) {
  const element = useRef<HTMLParagraphElement>(null);
  const now = useSignal(Date.now());
  useEffect(() => {
    if (endsAt !== undefined || !element.current) return;
    const observer = new IntersectionObserver((seen) => {
      if (seen.some(({ isIntersecting }) => isIntersecting)) onSight();
    });
    observer.observe(element.current);
    return () => observer.disconnect();
  }, [endsAt]);
  useEffect(() => {
    if (endsAt === undefined) return;
    const timer = setInterval(() => {
      now.value = Date.now();
    }, SECOND_MS);
    return () => clearInterval(timer);
  }, [endsAt]);
  const left = endsAt === undefined ? seconds * SECOND_MS : endsAt - now.value;
  return (
    <p class="message-state burn" ref={element}>
      <span class="unseen">Vanishes {spoken(seconds * SECOND_MS)} after it was seen</span>
      <span class="numbers" aria-hidden="true">
        {endsAt === undefined ? "vanishes when seen, after" : "vanishes in"} {clock(left)}
      </span>
    </p>
  );
}
