/** The conversation: keeps to its end as it grows, unless somebody reads further up, who is told of new messages instead. */
import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect, useMemo, useRef } from "preact/hooks";
import type { RoomView } from "../../session/types";
import { ConnectionLine } from "./connection-line";
import { EmptyConversation } from "./empty-conversation";
import { LetGoNote } from "./let-go-note";
import { type Frame, Log } from "./log";
import { newsWords } from "./news";
import "./conversation.css";

/** So near to the end, in pixels, counts as at the end. */
const NEAR_END_PX = 64;

interface ConversationProps {
  readonly view: RoomView;
  readonly returned: boolean;
  /** The invitation stands in the page. */
  readonly invites: boolean;
  readonly onInvite: () => void;
  /** Stands above the first line. */
  readonly top: ComponentChildren;
}

export function Conversation({ view, returned, invites, onInvite, top }: ConversationProps) {
  const column = useRef<HTMLDivElement>(null);
  // With an invitation above an empty conversation, what matters is at the top.
  const frame = useFrame(!top);
  const { scroller, atEnd, unseen, spoken } = frame;
  const resend = (key: string): void => {
    view.resend(key);
    // Its button is gone, and what had the focus must not fall out of the page.
    scroller.current?.focus({ preventScroll: true });
  };

  // Follows the end once the layout is known, which is then for nothing. New lines move it, and so do the keyboard, a
  // growing composer and a turned phone.
  useEffect(() => {
    const element = scroller.current;
    if (!element || !column.current) return;
    const observer = new ResizeObserver(() => {
      if (atEnd.current) element.scrollTop = element.scrollHeight;
    });
    observer.observe(element);
    observer.observe(column.current);
    return () => observer.disconnect();
  }, []);

  const onScroll = (): void => {
    atEnd.current = frame.isNearEnd();
    if (atEnd.current) unseen.value = 0;
  };

  return (
    <div class="talk">
      <section
        class="talk-scroll"
        aria-label="Conversation"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
        tabIndex={0}
        ref={scroller}
        onScroll={onScroll}
      >
        <div class="talk-column" ref={column}>
          {top}
          <LetGoNote letGo={view.letGo} />
          {!view.letGo.value && (
            <EmptyConversation
              view={view}
              spoken={spoken.value}
              returned={returned}
              invites={invites}
              onInvite={onInvite}
            />
          )}
          <Log view={view} frame={frame} onInvite={onInvite} onResend={resend} />
        </div>
      </section>
      <ConnectionLine connection={view.connection} />
      {unseen.value > 0 && (
        <button type="button" class="button talk-newer numbers" onClick={frame.toEnd}>
          {newsWords(unseen.value)}
        </button>
      )}
    </div>
  );
}

/** The view, which follows the end from the beginning, or does not. */
function useFrame(follows: boolean): Frame {
  const scroller = useRef<HTMLElement>(null);
  const atEnd = useRef(follows);
  const unseen = useSignal(0);
  const spoken = useSignal(false);
  return useMemo(
    () => ({
      scroller,
      atEnd,
      unseen,
      spoken,
      isNearEnd: () => {
        const element = scroller.current;
        if (!element) return false;
        return element.scrollHeight - element.scrollTop - element.clientHeight < NEAR_END_PX;
      },
      toEnd: () => {
        const element = scroller.current;
        if (element) element.scrollTop = element.scrollHeight;
        atEnd.current = true;
        unseen.value = 0;
      },
    }),
    [],
  );
}
