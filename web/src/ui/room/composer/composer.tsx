/** Where messages are written: grows with the text, Enter sends, Shift+Enter breaks the line. */
import { useSignal } from "@preact/signals";
import { useEffect, useId, useLayoutEffect, useRef } from "preact/hooks";
import { hasFormatting } from "../../rich/formatting";
import type { RoomView } from "../../session/types";
import { finePointer } from "../parts/media";
import { keepSecret } from "../parts/secret-field";
import { Preview } from "../rich/preview";
import { bytesOver } from "./message-size";
import "../parts/button.css";
import "../parts/field.css";
import "./composer.css";

export function Composer({ view }: { readonly view: RoomView }) {
  const id = useId();
  const field = useRef<HTMLTextAreaElement>(null);
  const text = useSignal("");
  const previewing = useSignal(false);
  const over = bytesOver(text.value);
  const formatted = hasFormatting(text.value);

  useLayoutEffect(() => keepSecret(field.current), []);
  useEffect(() => {
    if (finePointer.peek()) field.current?.focus();
  }, []);
  useLayoutEffect(() => {
    const element = field.current;
    if (!element) return;
    element.style.blockSize = "auto";
    // The border is outside of scrollHeight.
    const border = element.offsetHeight - element.clientHeight;
    element.style.blockSize = `${element.scrollHeight + border}px`;
  }, [text.value]);

  const send = (): void => {
    field.current?.focus();
    const body = text.peek().replaceAll("\u0000", "");
    if (body.trim() === "" || bytesOver(body) > 0) return;
    view.send(body);
    text.value = "";
    previewing.value = false;
  };

  const onKey = (event: KeyboardEvent): void => {
    // While a word is being composed (Chinese, Japanese, Korean), Enter takes the word.
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    send();
  };

  return (
    <div class="write">
      {over > 0 && (
        <p class="write-note" role="alert">
          This message is too long by about {over.toLocaleString()} characters. Shorten it, or write
          it as several.
        </p>
      )}
      {previewing.value && formatted && <Preview body={text.value} />}
      <form
        class="composer"
        autocomplete="off"
        onSubmit={(event) => {
          event.preventDefault();
          send();
        }}
      >
        <label class="unseen" for={id}>
          Message
        </label>
        <textarea
          id={id}
          ref={field}
          class="composer-field"
          rows={1}
          dir="auto"
          enterkeyhint="send"
          placeholder="Write to the room"
          value={text.value}
          onInput={(event) => {
            text.value = event.currentTarget.value;
          }}
          onKeyDown={onKey}
        />
        {formatted && (
          <button
            type="button"
            class="button button-plain composer-preview"
            aria-pressed={previewing.value}
            onClick={() => {
              previewing.value = !previewing.value;
            }}
          >
            Preview
          </button>
        )}
        <button type="submit" class="button button-primary">
          Send
        </button>
      </form>
    </div>
  );
}
