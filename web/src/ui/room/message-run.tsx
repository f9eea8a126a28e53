/** What one author wrote in a row: mark and alias once, then the messages as plain text. */
import type { VNode } from "preact";
import { useMemo } from "preact/hooks";
import type { Delivery } from "../../session/types";
import { Mark } from "../mark/mark";
import { timeOfDay } from "../words/time";
import type { Message, Run } from "./blocks";
import "./message-run.css";

interface MessageRunProps {
  readonly run: Run;
  /** Somebody else bears the same alias. */
  readonly withWords: boolean;
  readonly onResend: (key: string) => void;
}

export function MessageRun({ run, withWords, onResend }: MessageRunProps) {
  const { from, messages } = run;
  // A line that did not change is the same node as before, and costs nothing when the run grows.
  const lines = useMemo(() => new WeakMap<Message, VNode>(), []);
  const lineOf = (message: Message): VNode => {
    const line = lines.get(message) ?? (
      <MessageLine key={message.key} message={message} onResend={onResend} />
    );
    lines.set(message, line);
    return line;
  };
  return (
    <article class="run" data-own={from.self}>
      <Mark bytes={from.mark} />
      <div class="run-body">
        <p class="run-author">
          <bdi class="alias">{from.alias}</bdi>
          {withWords && <span class="run-words">{from.words.join(" ")}</span>}
          {from.self && <span class="unseen">(you)</span>}
          {messages[0] && <time class="run-time numbers">{timeOfDay(messages[0].at)}</time>}
        </p>
        <div class="run-lines">{messages.map(lineOf)}</div>
      </div>
    </article>
  );
}

interface MessageLineProps {
  readonly message: Message;
  readonly onResend: (key: string) => void;
}

function MessageLine({ message, onResend }: MessageLineProps) {
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
      <DeliveryLine delivery={message.delivery} onResend={() => onResend(message.key)} />
    </div>
  );
}

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
