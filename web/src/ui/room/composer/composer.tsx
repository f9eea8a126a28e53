/**
 * Where messages are written: grows with the text, formats by keys and buttons, knows commands, completes them.
 *
 * Invariants: Enter sends where there is a real keyboard, and breaks the line where it is one on the screen; what is whispered
 * is told apart while it is written, and nobody is told that somebody writes it.
 */
import { useComputed, useSignal } from "@preact/signals";
import { useEffect, useId, useLayoutEffect, useRef } from "preact/hooks";
import { hasFormatting } from "../../../rich/formatting";
import type { RoomView } from "../../../session/types";
import { later } from "../../parts/later";
import { finePointer } from "../../parts/media";
import { keepSecret } from "../../parts/secret-field";
import type { Asking } from "../dialogs";
import { bytesOver } from "../message-size";
import { beginsWithSlash, COMMANDS } from "./commands";
import { type Offer, offersAt } from "./completion";
import { CompletionList, offersWords, optionId } from "./completion-list";
import type { Draft } from "./draft";
import { DraftBanner } from "./draft-banner";
import { editText, selectedIn } from "./edit-text";
import { type Edit, formatOf, lineBreak } from "./formats";
import { submit } from "./submit";
import { TypingLine } from "./typing-line";
import "../../parts/button.css";
import "../../parts/field.css";
import "./composer.css";

const Preview = later(async () => (await import("../../rich/preview")).Preview);
const FormattingBar = later(async () => (await import("./formatting-bar")).FormattingBar);

interface ComposerProps {
  readonly view: RoomView;
  readonly draft: Draft;
  readonly onAsk: (asking: Asking) => void;
  /** The newest own message is to be changed. */
  readonly onEditLast: () => void;
}

export function Composer({ view, draft, onAsk, onEditLast }: ComposerProps) {
  const id = useId();
  const field = useRef<HTMLTextAreaElement>(null);
  const { text } = draft;
  const caret = useSignal(0);
  const active = useSignal(0);
  /** The text whose offers were sent away by Escape. */
  const declined = useSignal("");
  const previewing = useSignal(false);
  const formatting = useSignal(false);
  const problem = useSignal("");
  const offers = useComputed(() =>
    declined.value === text.value
      ? undefined
      : offersAt(text.value, caret.value, view.people.value, COMMANDS),
  ).value;
  const over = bytesOver(text.value);
  const body = draft.body.value;
  const formatted = hasFormatting(body);

  useLayoutEffect(() => keepSecret(field.current), []);
  useEffect(() => {
    if (finePointer.peek()) field.current?.focus();
  }, []);
  useLayoutEffect(() => grow(field.current), [text.value]);
  // Before the next letter is typed, which would be a key of the message otherwise.
  useLayoutEffect(() => {
    if (draft.wanted.value === 0 || !field.current) return;
    field.current.focus();
    field.current.setSelectionRange(field.current.value.length, field.current.value.length);
  }, [draft.wanted.value]);

  const change = (edit: Edit): void => {
    if (field.current) editText(field.current, edit);
  };
  const onInput = (): void => {
    const element = field.current;
    if (!element) return;
    text.value = element.value;
    caret.value = element.selectionStart;
    active.value = 0;
    problem.value = "";
    if (element.value !== "" && !beginsWithSlash(element.value) && !draft.isWhisper)
      view.noteTyping();
  };
  const take = (offer: Offer): void => {
    if (offers) {
      const at = offers.from + offer.insert.length;
      change({ from: offers.from, to: offers.to, insert: offer.insert, select: [at, at] });
      if (offer.insert === text.peek()) declined.value = offer.insert;
    }
  };

  const send = async (): Promise<void> => {
    field.current?.focus();
    const typed = text.peek();
    if (typed.replaceAll("\u0000", "").trim() === "" || bytesOver(typed) > 0) return;
    const outcome = await submit(view, draft, onAsk);
    problem.value = outcome?.problem ?? "";
    if (text.peek() === typed) return;
    caret.value = 0;
    previewing.value = false;
  };
  const stepBack = (): boolean => {
    problem.value = "";
    return draft.escape();
  };

  const onKey = (event: KeyboardEvent): void => {
    // While a word is being composed (Chinese, Japanese, Korean), keys belong to the word.
    if (event.isComposing || !field.current) return;
    if (offers && completionKey(event)) return;
    const selected = selectedIn(field.current);
    const format = formatOf(event);
    if (format !== undefined) change(format.apply(selected));
    else if (event.key === "Enter") enter(event);
    else if (event.key === "ArrowUp" && selected.text === "" && !draft.editing.peek()) onEditLast();
    else if (event.key !== "Escape" || !stepBack()) return;
    event.preventDefault();
  };
  const enter = (event: KeyboardEvent): void => {
    const sends = event.ctrlKey || event.metaKey || (finePointer.peek() && !event.shiftKey);
    if (sends) void send();
    else if (field.current) change(lineBreak(selectedIn(field.current)));
  };
  /** True if the key belonged to the list. */
  const completionKey = (event: KeyboardEvent): boolean => {
    const count = offers?.list.length ?? 0;
    const offer = offers?.list[active.peek()];
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const takes = event.key === "Tab" || (event.key === "Enter" && !event.ctrlKey);
    if (step !== undefined) active.value = (active.peek() + step + count) % count;
    else if (takes && !event.shiftKey && offer) take(offer);
    else if (event.key === "Escape") declined.value = text.peek();
    else return false;
    event.preventDefault();
    return true;
  };

  return (
    <div class="write" data-whisper={draft.isWhisper}>
      <TypingLine typing={view.typing} />
      {offers && (
        <CompletionList id={`${id}-offers`} offers={offers} active={active.value} onTake={take} />
      )}
      <p class="unseen" role="status">
        {offers && offersWords(offers)}
      </p>
      {over > 0 && (
        <p class="write-note" role="alert">
          This message is too long by about {over.toLocaleString()} characters. Shorten it, or write
          it as several.
        </p>
      )}
      {problem.value !== "" && (
        <p class="write-note write-problem" id={`${id}-problem`} role="alert">
          {problem.value}
        </p>
      )}
      {previewing.value && formatted && <Preview body={body} />}
      <DraftBanner
        draft={draft}
        people={view.people}
        onDone={() => {
          problem.value = "";
          field.current?.focus();
        }}
      />
      {formatting.value && (
        <FormattingBar
          controls={id}
          onFormat={(format) => field.current && change(format.apply(selectedIn(field.current)))}
        />
      )}
      <form
        class="composer"
        autocomplete="off"
        onSubmit={(event) => {
          event.preventDefault();
          void send();
        }}
      >
        <button
          type="button"
          class="button button-plain composer-tool"
          aria-pressed={formatting.value}
          title="Formatting"
          onPointerDown={(event) => event.preventDefault()}
          onClick={() => {
            formatting.value = !formatting.value;
          }}
        >
          <span aria-hidden="true">Aa</span>
          <span class="unseen">Formatting</span>
        </button>
        <label class="unseen" for={id}>
          Message
        </label>
        <textarea
          id={id}
          ref={field}
          class="composer-field"
          rows={1}
          dir="auto"
          enterkeyhint={finePointer.value ? "send" : "enter"}
          placeholder={draft.isWhisper ? "Whisper" : "Write to the room"}
          aria-autocomplete="list"
          aria-describedby={problem.value === "" ? undefined : `${id}-problem`}
          aria-invalid={problem.value === "" ? undefined : true}
          // Of several lines, which a combobox is not: it stays a text field, and the list is told of beside it.
          aria-haspopup="listbox"
          aria-controls={offers ? `${id}-offers` : undefined}
          aria-activedescendant={offers ? optionId(`${id}-offers`, active.value) : undefined}
          value={text.value}
          onInput={onInput}
          onSelect={() => {
            caret.value = field.current?.selectionStart ?? 0;
          }}
          onKeyDown={onKey}
        />
        {formatted && (
          <button
            type="button"
            class="button button-plain composer-tool"
            aria-pressed={previewing.value}
            title="Preview"
            onClick={() => {
              previewing.value = !previewing.value;
            }}
          >
            <svg viewBox="0 0 20 20" class="composer-eye" aria-hidden="true">
              <path d="M1.5 10S4.5 4.5 10 4.5 18.5 10 18.5 10 15.5 15.5 10 15.5 1.5 10 1.5 10z" />
              <circle cx="10" cy="10" r="2.5" />
            </svg>
            <span class="unseen">Preview</span>
          </button>
        )}
        <button type="submit" class="button button-primary">
          {draft.editing.value ? "Save" : "Send"}
        </button>
      </form>
    </div>
  );
}

/** As high as its text. */
function grow(field: HTMLTextAreaElement | null): void {
  if (!field) return;
  field.style.blockSize = "auto";
  // The border is outside of scrollHeight.
  const border = field.offsetHeight - field.clientHeight;
  field.style.blockSize = `${field.scrollHeight + border}px`;
}
