/** The conversation: keeps to its end as it grows, unless somebody reads further up, who is told of new messages instead. */
import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect, useLayoutEffect, useMemo, useRef } from "preact/hooks";
import type { RoomView } from "../../session/types";
import type { Draft } from "./composer/draft";
import { ConnectionLine } from "./connection-line";
import type { Asking } from "./dialogs";
import { EmptyConversation } from "./empty-conversation";
import { LetGoNote } from "./let-go-note";
import { LineTools } from "./line/line-tools";
import { type Frame, Log } from "./log";
import { type News, newsWords } from "./news";
import { TimeWarnings } from "./time-warnings";
import { Unread } from "./unread";
import "./conversation.css";

/** So near to the end, in pixels, counts as at the end. */
const NEAR_END_PX = 64;

interface ConversationProps {
  readonly view: RoomView;
  readonly draft: Draft;
  readonly onAsk: (asking: Asking) => void;
  readonly returned: boolean;
  /** The invitation stands in the page. */
  readonly invites: boolean;
  readonly onInvite: () => void;
  /** Stands above the first line. */
  readonly top: ComponentChildren;
}

export function Conversation(props: ConversationProps) {
  const { view, draft, onAsk, returned, invites, onInvite, top } = props;
  const column = useRef<HTMLDivElement>(null);
  const log = useRef<HTMLDivElement>(null);
  // With an invitation above an empty conversation, what matters is at the top.
  const frame = useFrame(!top);
  const { scroller, atEnd, unseen, weighty, spoken } = frame;
  const far = useSignal(false);
  const unread = useUnread(log, frame, view);
  const resend = (key: string): void => {
    view.resend(key);
    // Its button is gone, and what had the focus must not fall out of the page.
    scroller.current?.focus({ preventScroll: true });
  };

  // An invitation that is put away leaves the lines, of which the last are the ones that matter.
  const hasTop = Boolean(top);
  const hadTop = useRef(hasTop);
  useLayoutEffect(() => {
    if (hadTop.current && !hasTop) frame.toEnd();
    hadTop.current = hasTop;
  }, [hasTop]);

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
    if (atEnd.current) frame.seen();
    far.value = frame.isFarFromEnd();
    unread.look();
  };
  const go = (key: string): void => show(log.current, key);

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
          <Log
            view={view}
            frame={frame}
            log={log}
            onInvite={onInvite}
            onResend={resend}
            onGo={go}
          />
          <LineTools column={column} context={{ view, draft, ask: onAsk }} />
        </div>
      </section>
      {/* Over the conversation, so that nothing moves when it comes and goes, and at its older end. */}
      <div class="connection">
        <ConnectionLine view={view} />
        <TimeWarnings remainingMs={view.remainingMs} />
      </div>
      {(unseen.value > 0 || weighty.value || far.value) && (
        <button type="button" class="button talk-newer numbers" onClick={frame.toEnd}>
          {newsWords(unseen.value, weighty.value)}
        </button>
      )}
    </div>
  );
}

/** What of it only the conversation itself needs. */
interface WholeFrame extends Frame {
  isFarFromEnd(): boolean;
  /** Everything is in view. */
  seen(): void;
  readonly onNews: { current: ((news: News) => void) | undefined };
}

/** How long a line is lit that somebody was led to, in milliseconds. */
const FOUND_MS = 1_600;

/** Brings the line of that key into view, and lights it. */
function show(log: HTMLElement | null, key: string): void {
  const line = log?.querySelector<HTMLElement>(`[data-key="${CSS.escape(key)}"]`);
  if (!line) return;
  line.scrollIntoView({ block: "center" });
  line.focus({ preventScroll: true });
  line.dataset.found = "";
  setTimeout(() => delete line.dataset.found, FOUND_MS);
}

/** Follows what was seen and what was not; `look` is to be called when the view has moved. */
function useUnread(
  log: { readonly current: HTMLElement | null },
  frame: WholeFrame,
  view: RoomView,
): { look(): void } {
  const looked = useRef<() => void>();
  useLayoutEffect(() => {
    if (!log.current) return;
    const unread = new Unread(log.current);
    const isSeen = (): boolean => document.visibilityState === "visible" && frame.isNearEnd();
    const look = (): void => {
      if (!isSeen()) return;
      unread.seen();
      const last = view.entries.peek().findLast((entry) => entry.kind === "message");
      if (last) view.noteRead(last.key);
    };
    looked.current = look;
    frame.onNews.current = ({ own, others, first }) => {
      if (own > 0) unread.wrote();
      const isThere = document.visibilityState === "visible" && frame.atEnd.current;
      if (others > 0 && !isThere) unread.missed(others, first);
      unread.mark();
      if (isThere) look();
    };
    document.addEventListener("visibilitychange", look);
    return () => {
      document.removeEventListener("visibilitychange", look);
      frame.onNews.current = undefined;
      unread.end();
    };
  }, [view]);
  return useMemo(() => ({ look: () => looked.current?.() }), []);
}

/** The view, which follows the end from the beginning, or does not. */
function useFrame(follows: boolean): WholeFrame {
  const onNews = useRef<(news: News) => void>();
  const scroller = useRef<HTMLElement>(null);
  const atEnd = useRef(follows);
  const unseen = useSignal(0);
  const weighty = useSignal<News["weighty"]>(undefined);
  const spoken = useSignal(false);
  const seen = (): void => {
    unseen.value = 0;
    weighty.value = undefined;
  };
  return useMemo(
    () => ({
      scroller,
      atEnd,
      unseen,
      weighty,
      spoken,
      seen,
      isNearEnd: () => {
        const element = scroller.current;
        if (!element) return false;
        return element.scrollHeight - element.scrollTop - element.clientHeight < NEAR_END_PX;
      },
      isFarFromEnd: () => {
        const element = scroller.current;
        if (!element) return false;
        return element.scrollHeight - element.scrollTop > 2.5 * element.clientHeight;
      },
      noteNews: (news) => onNews.current?.(news),
      onNews,
      toEnd: () => {
        const element = scroller.current;
        if (element) element.scrollTop = element.scrollHeight;
        atEnd.current = true;
        seen();
      },
    }),
    [],
  );
}
