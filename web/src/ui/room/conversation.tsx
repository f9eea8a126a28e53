/**
 * The conversation: keeps to its end as it grows, unless somebody reads further up, who is told of new messages instead.
 *
 * Invariants:
 * - It is drawn at most once for each picture on the screen, and a stretch that did not change is not drawn again: a
 *   message costs as much in a long conversation as in a short one.
 * - Whoever reads further up keeps their place, whatever comes below and whatever is let go above.
 */
import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect, useLayoutEffect, useMemo, useRef } from "preact/hooks";
import type { Entry, RoomView } from "../../session/types";
import { usePerFrame } from "../parts/per-frame";
import { sharedAliases } from "./blocks";
import { ConnectionLine } from "./connection-line";
import { EmptyConversation } from "./empty-conversation";
import { LetGoNote } from "./let-go-note";
import type { LineContext } from "./line-context";
import { newsSince, newsWords } from "./news";
import { ReadingPlace } from "./reading-place";
import { StretchList } from "./stretch-list";
import { type Stretch, stretches } from "./stretches";
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
  const scroller = useRef<HTMLElement>(null);
  const column = useRef<HTMLDivElement>(null);
  // With an invitation above an empty conversation, what matters is at the top.
  const atEnd = useRef(!top);
  const unseen = useSignal(0);

  const log = useRef<HTMLDivElement>(null);
  const list = useRef<StretchList>();
  const entries = usePerFrame(view.entries);
  const before = useRef<readonly Entry[]>(entries);
  const [drawn, context] = useLines(entries, view, onInvite, (key) => {
    view.resend(key);
    // Its button is gone, and what had the focus must not fall out of the page.
    scroller.current?.focus({ preventScroll: true });
  });

  const toEnd = (): void => {
    const element = scroller.current;
    if (element) element.scrollTop = element.scrollHeight;
    atEnd.current = true;
    unseen.value = 0;
  };

  useLayoutEffect(() => {
    if (!scroller.current || !log.current) return;
    const isCut = !atEnd.current && entries[0] !== before.current[0];
    const place = isCut ? new ReadingPlace(scroller.current) : undefined;
    list.current ??= new StretchList(log.current);
    list.current.draw(drawn, context);
    const news = newsSince(before.current, entries);
    before.current = entries;
    if (atEnd.current) return;
    place?.restore();
    if (news.own > 0 || isNearEnd(scroller.current)) toEnd();
    else unseen.value += news.others;
  }, [drawn, context]);
  useLayoutEffect(() => () => list.current?.clear(), []);

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
    atEnd.current = isNearEnd(scroller.current);
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
              spoken={entries.some((entry) => entry.kind === "message")}
              returned={returned}
              invites={invites}
              onInvite={onInvite}
            />
          )}
          <div class="talk-log" role="log" aria-live="polite" aria-relevant="additions" ref={log} />
        </div>
      </section>
      <ConnectionLine connection={view.connection} />
      {unseen.value > 0 && (
        <button type="button" class="button talk-newer numbers" onClick={toEnd}>
          {newsWords(unseen.value)}
        </button>
      )}
    </div>
  );
}

function isNearEnd(scroller: HTMLElement | null): boolean {
  if (!scroller) return false;
  return scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < NEAR_END_PX;
}

/** What is to be drawn, and what it needs. */
function useLines(
  entries: readonly Entry[],
  view: RoomView,
  onInvite: () => void,
  onResend: (key: string) => void,
): [readonly Stretch[], LineContext] {
  const before = useRef<readonly Stretch[]>([]);
  const drawn = useMemo(() => stretches(entries, before.current), [entries]);
  before.current = drawn;
  const authors = drawn.flatMap((stretch) => stretch.authors);
  const shared = sharedAliases([...view.people.value, ...authors]);
  const sharedKey = [...shared].sort().join("\n");
  const context = useMemo(
    () => ({
      self: view.self,
      connection: view.connection,
      shared,
      onResend,
      onInvite,
    }),
    [sharedKey, view],
  );
  return [drawn, context];
}
