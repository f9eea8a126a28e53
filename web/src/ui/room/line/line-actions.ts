/** What can be done with a message. One table, from which its menu and its keys are made. Pure. */
import type { MessageEntry, RoomView } from "../../../session/types";
import type { Draft } from "../composer/draft";
import type { Asking } from "../dialogs";

/** What actions act on. */
export interface ActionContext {
  readonly view: RoomView;
  readonly draft: Draft;
  readonly ask: (asking: Asking) => void;
  /** Says at the message what came of it. */
  readonly tell: (message: MessageEntry, words: string) => void;
}

export interface LineAction {
  readonly name: string;
  /** On a line that has the focus. */
  readonly key: string | undefined;
  label(message: MessageEntry): string;
  isPossible(message: MessageEntry, view: RoomView): boolean;
  run(message: MessageEntry, context: ActionContext): unknown;
}

const isSent = ({ delivery }: MessageEntry): boolean =>
  delivery !== "failed" && delivery !== "too-large";

/** Whether others can answer, or put anything on it. */
export function isLive(message: MessageEntry): boolean {
  return !message.deleted && isSent(message) && message.name !== undefined;
}

const isHere = (message: MessageEntry, view: RoomView): boolean =>
  !message.from.self && view.people.peek().some(({ id }) => id === message.from.id);

export const LINE_ACTIONS: readonly LineAction[] = [
  {
    name: "reply",
    key: "r",
    label: ({ whisper }) => (whisper ? "Reply in a whisper" : "Reply"),
    isPossible: isLive,
    run: (message, { draft }) => draft.reply(message),
  },
  {
    name: "edit",
    key: "e",
    label: () => "Edit",
    isPossible: (message) => isEditable(message),
    run: (message, { draft }) => draft.edit(message),
  },
  {
    name: "copy",
    key: "c",
    label: () => "Copy text",
    isPossible: ({ deleted }) => !deleted,
    run: async (message, { tell }) => {
      try {
        await navigator.clipboard.writeText(message.body);
        tell(message, "Copied");
      } catch {
        // No permission, or no secure context.
        tell(message, "Not copied: select the text and copy it by hand");
      }
    },
  },
  {
    name: "whisper",
    key: "w",
    label: ({ from }) => `Whisper to ${from.alias}`,
    isPossible: isHere,
    run: ({ from }, { draft }) => draft.whisper([from]),
  },
  {
    name: "delete",
    key: "Delete",
    label: () => "Delete",
    isPossible: (message) => message.from.self && isLive(message),
    run: ({ key }, { ask }) => ask({ what: "delete", key }),
  },
  {
    name: "kick",
    key: undefined,
    label: ({ from }) => `Remove ${from.alias}`,
    isPossible: isHere,
    run: ({ from }, { ask }) => ask({ what: "remove", id: from.id }),
  },
];

/** Whether this person can change the message. */
export function isEditable(message: MessageEntry): boolean {
  return message.from.self && isLive(message);
}

/** Those that can be done with a message. */
export function actionsFor(message: MessageEntry, view: RoomView): readonly LineAction[] {
  return LINE_ACTIONS.filter((action) => action.isPossible(message, view));
}

/** Emoji that are offered; others can be sent by other programs, and are shown. Each with its name for who hears the page. */
export const EMOJI: readonly (readonly [string, string])[] = [
  ["👍", "Thumbs up"],
  ["❤️", "Heart"],
  ["😂", "Laughing"],
  ["😮", "Surprised"],
  ["😢", "Sad"],
  ["🙏", "Thanks"],
  ["👎", "Thumbs down"],
  ["✅", "Done"],
  ["❌", "No"],
  ["👀", "Looking"],
  ["🔥", "Fire"],
  ["🎉", "Hooray"],
];
