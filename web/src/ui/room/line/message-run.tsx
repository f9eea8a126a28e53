/** What one author wrote in a row: mark and alias once, then the messages. */
import type { VNode } from "preact";
import type { Person } from "../../../session/types";
import { Mark } from "../../mark/mark";
import { memo } from "../../parts/memo";
import { isDeed } from "../../words/deed";
import { MISSED } from "../../words/delivery";
import { peopleWords } from "../../words/people";
import { timeOfDay } from "../../words/time";
import type { Message, Run } from "../blocks";
import type { LineContext } from "./line-context";
import { MessageLine } from "./message-line";
import "./message-run.css";

interface MessageRunProps {
  readonly run: Run;
  readonly context: LineContext;
}

export const MessageRun = memo(({ run, context }: MessageRunProps) => {
  const { from, messages } = run;
  // Who hears the page hears the alias once.
  const isSaid = isDeed(from.alias, messages[0]?.body ?? "");
  return (
    <article class="run" data-own={from.self}>
      <Mark bytes={from.mark} />
      <div class="run-body">
        <p class="run-author">
          <bdi class="alias" aria-hidden={isSaid}>
            {from.alias}
          </bdi>
          {context.shared.has(from.alias) && <span class="run-words">{from.words.join(" ")}</span>}
          {from.self && <span class="unseen">(you)</span>}
          {messages[0] && <time class="run-time numbers">{timeOfDay(messages[0].at)}</time>}
        </p>
        <div class="run-lines">
          {messages.map((message, i) => [
            <MessageLine key={message.key} message={message} context={context} />,
            endsMissed(messages, i) && missed(message),
            endsRead(messages, i) && read(message),
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

const idsOf = (people: readonly Person[] = []): string => people.map(({ id }) => id).join();

/** Whether this is the last of messages in a row that the same people have told to have read. */
function endsRead(messages: readonly Message[], i: number): boolean {
  const readers = idsOf(messages[i]?.readBy);
  return readers !== "" && readers !== idsOf(messages[i + 1]?.readBy);
}

const read = ({ key, readBy = [] }: Message): VNode => (
  <p key={`${key} read`} class="message-state message-read">
    <span>
      Read by <bdi>{peopleWords(readBy)}</bdi>
    </span>
  </p>
);
