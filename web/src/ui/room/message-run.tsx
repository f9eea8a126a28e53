/** What one author wrote in a row: mark and alias once, then the messages as plain text. */
import type { Delivery } from "../../session/types";
import { Mark } from "../mark/mark";
import { memo } from "../parts/memo";
import { timeOfDay } from "../words/time";
import type { Message, Run } from "./blocks";
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
          {messages.map((message) => (
            <MessageLine key={message.key} message={message} context={context} />
          ))}
        </div>
      </div>
    </article>
  );
});

interface MessageLineProps {
  readonly message: Message;
  readonly context: LineContext;
}

const MessageLine = memo(({ message, context }: MessageLineProps) => {
  return (
    <div class="message" data-delivery={message.delivery}>
      <div class="message-text" dir="auto" translate={false}>
        {message.body}
      </div>
      {message.delivery === "sending" ? (
        <span class="message-sending">Sending …</span>
      ) : (
        <time class="message-time numbers">{timeOfDay(message.at)}</time>
      )}
      <DeliveryLine delivery={message.delivery} onResend={() => context.onResend(message.key)} />
    </div>
  );
});

interface DeliveryLineProps {
  readonly delivery: Delivery | undefined;
  readonly onResend: () => void;
}

function DeliveryLine({ delivery, onResend }: DeliveryLineProps) {
  if (delivery !== "failed") return null;
  return (
    <p class="message-state">
      <span role="status">Not delivered.</span>
      <button type="button" class="button button-small" onClick={onResend}>
        Try again
      </button>
    </p>
  );
}
