/**
 * What Enter does: sends the text, changes a message, or carries a command out.
 *
 * Invariants: what begins with a slash is carried out or refused, and never sent; a refused text stays where it was written;
 * while a message is changed, nothing else is sent.
 */
import type { RoomView, SendProblem } from "../../../session/types";
import type { Asking } from "../dialogs";
import {
  type CommandContext,
  commandIn,
  commandOf,
  literal,
  type Outcome,
  runCommand,
} from "./commands";
import type { Draft } from "./draft";

const PROBLEMS: Readonly<Record<SendProblem, string>> = {
  "answered-gone":
    "The whisper that you answer is not here any more. Nothing was sent. Press Esc to whisper this for itself, to the same people.",
  "another-circle":
    "This would go to others than the whisper that you answer. Nothing was sent. Press Esc to write without the reply.",
};

/** Whether it was done, or a mistake. */
export async function submit(
  view: RoomView,
  draft: Draft,
  ask: (asking: Asking) => void,
): Promise<Outcome> {
  const typed = withoutNul(draft.text.peek());
  const editing = draft.editing.peek();
  const send: CommandContext["send"] = (body, more) => {
    const problem = view.send(body, { ...more, ...draft.options(more?.whisperTo) });
    if (problem !== undefined) return { problem: PROBLEMS[problem] };
    draft.sent();
    return undefined;
  };
  const command = commandIn(typed);
  if (command === undefined) {
    if (editing === undefined) return send(literal(typed));
    return change(literal(typed), view, draft);
  }
  if (editing && (commandOf(command)?.takes ?? "nothing") !== "nothing")
    return {
      problem: `You are changing a message: save it, or press Esc, before /${command.name}. To begin it with a slash, write two.`,
    };
  const whisperTo = draft.whisper.bind(draft);
  const outcome = await runCommand(command, { view, ask, send, whisperTo });
  // Whoever has written on meanwhile keeps that.
  if (outcome === undefined && withoutNul(draft.text.peek()) === typed) {
    if (editing) draft.endEdit();
    else draft.text.value = "";
  }
  return outcome;
}

/** No message may have it. */
const withoutNul = (text: string): string => text.replaceAll("\u0000", "");

function change(body: string, view: RoomView, draft: Draft): Outcome {
  const editing = draft.editing.peek();
  if (editing && body !== editing.body && !view.edit(editing.key, body))
    return { problem: "This message cannot be changed any more." };
  draft.endEdit();
  return undefined;
}
