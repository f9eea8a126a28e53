/** Where messages are written: grows with the text, Enter sends, Shift+Enter breaks the line. */
import { useSignal } from "@preact/signals";
import { useEffect, useId, useLayoutEffect, useRef } from "preact/hooks";
import type { RoomView } from "../../session/types";
import { finePointer } from "../parts/media";
import { keepSecret } from "../parts/secret-field";
import { bytesOver } from "./message-size";
import "../parts/button.css";
import "../parts/field.css";
import "./composer.css";

export function Composer({ view }: { readonly view: RoomView }) {
  const id = useId();
  const field = useRef<HTMLTextAreaElement>(null);
  const text = useSignal("");
  const over = bytesOver(text.value);

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
        <button type="submit" class="button button-primary">
          Send
        </button>
      </form>
    </div>
  );
}
