/** What one author wrote in a row: mark and alias once, then the messages. */
import type { VNode } from "preact";
import { Mark } from "../mark/mark";
import { memo } from "../parts/memo";
import { RichText } from "../rich/rich-text";
import { FAILED, MISSED, TOO_LARGE } from "../words/delivery";
import { timeOfDay } from "../words/time";
import type { Message, Run } from "./blocks";
import { DeliveryMark } from "./delivery-mark";
import type { LineContext } from "./line-context";
import "./message-run.css";

interface MessageRunProps {
  readonly run: Run;
  readonly context: LineContext;
}

export const MessageRun = memo(({ run, context }: MessageRunProps) => {
  const { from, messages } = run;
  return (
    <article class="run" data-own={from.self}>
      <Mark bytes={from.mark} />
      <div class="run-body">
        <p class="run-author">
          <bdi class="alias">{from.alias}</bdi>
          {context.shared.has(from.alias) && <span class="run-words">{from.words.join(" ")}</span>}
          {from.self && <span class="unseen">(you)</span>}
          {messages[0] && <time class="run-time numbers">{timeOfDay(messages[0].at)}</time>}
        </p>
        <div class="run-lines">
          {messages.map((message, i) => [
            <MessageLine key={message.key} message={message} context={context} />,
            endsMissed(messages, i) && missed(message),
          ])}
        </div>
      </div>
    </article>
  );
});

/** Whether this is the last of messages in a row that somebody missed: said once for all of them. */
function endsMissed(messages: readonly Message[], i: number): boolean {
  return messages[i]?.delivery === "missed" && messages[i + 1]?.delivery !== "missed";
}

const missed = ({ key }: Message): VNode => (
  <p key={`${key} missed`} class="message-state">
    {MISSED}
  </p>
);

interface MessageLineProps {
  readonly message: Message;
  readonly context: LineContext;
}

const MessageLine = memo(({ message, context }: MessageLineProps) => {
  const { body, at, key, delivery } = message;
  return (
    <div class="message" data-delivery={delivery}>
      <RichText body={body} />
      <time class="message-time numbers">{timeOfDay(at)}</time>
      {delivery && <DeliveryMark delivery={delivery} connection={context.connection} />}
      {delivery === "too-large" && <p class="message-state">{TOO_LARGE}</p>}
      {delivery === "failed" && (
        <p class="message-state">
          {FAILED}
          <button type="button" class="button button-small" onClick={() => context.onResend(key)}>
            Send again
          </button>
        </p>
      )}
    </div>
  );
});
