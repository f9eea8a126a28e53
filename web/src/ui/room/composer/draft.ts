/** What is being written, apart from its text: an answer, a change of an own message, a whisper. */
import { type Signal, signal } from "@preact/signals";
import type { MessageEntry, Person, SendOptions } from "../../../session/types";

export class Draft {
  /** The message that is answered. */
  readonly replyTo: Signal<MessageEntry | undefined> = signal(undefined);
  /** The own message that is changed. */
  readonly editing: Signal<MessageEntry | undefined> = signal(undefined);
  /** Those to whom everything is whispered. */
  readonly whisperTo: Signal<readonly Person[]> = signal([]);
  /** Counts up when the field is to take the focus. */
  readonly wanted = signal(0);

  reply(message: MessageEntry): void {
    this.editing.value = undefined;
    this.replyTo.value = message;
    this.wanted.value += 1;
  }

  edit(message: MessageEntry): void {
    this.replyTo.value = undefined;
    this.editing.value = message;
    this.wanted.value += 1;
  }

  whisper(people: readonly Person[]): void {
    this.editing.value = undefined;
    this.whisperTo.value = people;
    this.wanted.value += 1;
  }

  /** Ends the innermost of what goes along. False if there is nothing. */
  escape(): boolean {
    for (const part of [this.editing, this.replyTo]) {
      if (part.value === undefined) continue;
      part.value = undefined;
      return true;
    }
    if (this.whisperTo.value.length === 0) return false;
    this.whisperTo.value = [];
    return true;
  }

  /** After a message has been sent: whispers go on. */
  sent(): void {
    this.editing.value = undefined;
    this.replyTo.value = undefined;
  }

  /** Whispered all the same: answers to whispers are. */
  get isWhisper(): boolean {
    return this.whisperTo.value.length > 0 || this.replyTo.value?.whisper !== undefined;
  }

  get options(): SendOptions {
    const whisperTo = this.whisperTo.peek().map(({ id }) => id);
    const answered = this.replyTo.peek();
    return {
      ...(answered && { replyTo: { key: answered.key, circle: answered.whisper?.circle } }),
      ...(whisperTo.length === 0 ? {} : { whisperTo }),
    };
  }
}
