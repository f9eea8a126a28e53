/**
 * What is being written: its text, and what that goes along with: an answer, a change of an own message, a whisper.
 *
 * Invariants:
 * - Who will be able to read it is settled when a whisper or an answer is begun, and only ever shrinks by itself: whatever
 *   burns, is deleted or leaves meanwhile, nothing whispered becomes open.
 * - Answers to whispers and whispers to others exclude each other; the newer one counts.
 * - While an own message is changed, all else waits unseen and untouched, and comes back afterwards.
 * - Nothing here holds on to what is answered once that is gone.
 */
import { computed, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import type { Answered, MessageEntry, Person, RoomView, SendOptions } from "../../../session/types";
import { bodyOf, commandIn, typedFor, whisperedIn } from "./commands";

/** What is answered. */
export interface Answer extends Answered {
  /** Undefined once it is gone: only a whisper is answered then still. */
  readonly message: MessageEntry | undefined;
}

export class Draft {
  readonly text: Signal<string> = signal("");
  /** Counts up when the field is to take the focus. */
  readonly wanted = signal(0);
  readonly #view: Pick<RoomView, "entries" | "people">;
  readonly #editing = signal<MessageEntry | undefined>(undefined);
  readonly #replyTo = signal<Answered | undefined>(undefined);
  /** Ids of those to whom everything is whispered. */
  readonly #whisperTo = signal<readonly string[]>([]);
  /** The text that comes back once a message was changed. */
  #waiting = "";

  constructor(view: Pick<RoomView, "entries" | "people">) {
    this.#view = view;
  }

  /** The own message that is changed. */
  get editing(): ReadonlySignal<MessageEntry | undefined> {
    return this.#editing;
  }

  /** What is answered. An open message that is gone, is answered no more. */
  readonly answer: ReadonlySignal<Answer | undefined> = computed(() => {
    const replyTo = this.#replyTo.value;
    if (replyTo === undefined) return undefined;
    const entry = this.#view.entries.value.findLast(({ key }) => key === replyTo.key);
    const message = entry?.kind === "message" && !entry.deleted ? entry : undefined;
    return message || replyTo.circle ? { ...replyTo, message } : undefined;
  });

  /** Those to whom the text itself says that it is whispered. */
  readonly named: ReadonlySignal<readonly Person[] | undefined> = computed(() =>
    this.#editing.value ? undefined : whisperedIn(this.text.value, this.#view.people.value),
  );

  /** The message that the text stands for; "" if it sends none. */
  readonly body: ReadonlySignal<string> = computed(() => {
    const text = this.text.value;
    const isRefused = this.#editing.value !== undefined && commandIn(text) !== undefined;
    return isRefused ? "" : bodyOf(text, this.#view.people.value);
  });

  /** The others who will be able to read it; undefined: everybody here. */
  readonly audience: ReadonlySignal<readonly Person[] | undefined> = computed(() => {
    const circle = this.#editing.value ? this.#editing.value.whisper?.circle : this.#circle.value;
    return circle && this.#others(circle);
  });

  readonly #circle: ReadonlySignal<readonly string[] | undefined> = computed(() => {
    const { value: whisperTo } = this.#whisperTo;
    const all = this.answer.value?.circle ?? (whisperTo.length > 0 ? whisperTo : undefined);
    return this.named.value?.map(({ id }) => id) ?? all;
  });

  reply({ key, whisper }: MessageEntry): void {
    this.endEdit();
    if (whisper) this.#whisperTo.value = [];
    this.#replyTo.value = { key, circle: whisper?.circle };
    this.wanted.value += 1;
  }

  edit(message: MessageEntry): void {
    if (this.#editing.peek() === undefined) this.#waiting = this.text.peek();
    this.#editing.value = message;
    this.text.value = typedFor(message.body);
    this.wanted.value += 1;
  }

  whisper(people: readonly Person[]): void {
    this.endEdit();
    if (this.#replyTo.peek()?.circle) this.#replyTo.value = undefined;
    this.#whisperTo.value = people.map(({ id }) => id);
    this.wanted.value += 1;
  }

  /** Ends the innermost of what goes along. False if there is nothing. */
  escape(): boolean {
    if (this.#editing.peek()) this.endEdit();
    else if (this.answer.peek()) this.endReply();
    else if (this.#whisperTo.peek().length > 0) this.endWhisper();
    else return false;
    return true;
  }

  endEdit(): void {
    if (this.#editing.peek() === undefined) return;
    this.#editing.value = undefined;
    this.text.value = this.#waiting;
    this.#waiting = "";
  }

  /** What was written for an answer to a whisper that is gone stays a whisper to the same people. */
  endReply(): void {
    const answer = this.answer.peek();
    if (answer?.circle && answer.message === undefined) {
      const self = this.#view.people.peek().find((person) => person.self)?.id;
      this.#whisperTo.value = answer.circle.filter((id) => id !== self);
    }
    this.#replyTo.value = undefined;
  }

  endWhisper(): void {
    this.#whisperTo.value = [];
  }

  /** After a message has been sent: whispers go on. */
  sent(): void {
    this.text.value = "";
    this.#replyTo.value = undefined;
  }

  get isWhisper(): boolean {
    return this.audience.value !== undefined;
  }

  /** What a message goes along with; `named` are those whom a command names, and then nobody else is meant. */
  options(named?: readonly string[]): SendOptions {
    const { key, circle } = this.answer.peek() ?? {};
    const whisperTo = named ?? this.#whisperTo.peek();
    return {
      ...(key !== undefined && !(named && circle) && { replyTo: { key, circle } }),
      ...((named || whisperTo.length > 0) && { whisperTo }),
    };
  }

  #others(ids: readonly string[]): readonly Person[] {
    return this.#view.people.value.filter(({ id, self }) => !self && ids.includes(id));
  }
}
