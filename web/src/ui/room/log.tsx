/**
 * The lines of the conversation, and how the view moves as they come and go.
 *
 * Invariants:
 * - They are drawn at most once for each picture on the screen, and a stretch that did not change is not drawn again: a
 *   message costs as much in a long conversation as in a short one.
 * - Whoever reads further up keeps their place, whatever comes below and whatever is let go above.
 * - What was let go is forgotten. No function that outlives a drawing is made where the entries are in scope: it would
 *   keep them all. That is why this is apart from the view around it, and its hooks from each other.
 */
import type { Signal } from "@preact/signals";
import type { RefObject } from "preact";
import { useLayoutEffect, useMemo, useRef } from "preact/hooks";
import type { Entry, RoomView } from "../../session/types";
import { usePerFrame } from "../parts/per-frame";
import { sharedAliases } from "./blocks";
import type { LineContext } from "./line/line-context";
import { type News, newsSince } from "./news";
import { ReadingPlace } from "./reading-place";
import { StretchList } from "./stretch-list";
import { type Stretch, stretches } from "./stretches";

/** The view in which the lines stand. */
export interface Frame {
  readonly scroller: RefObject<HTMLElement>;
  /** Whether it follows the end. */
  readonly atEnd: { current: boolean };
  isNearEnd(): boolean;
  toEnd(): void;
  /** Messages that came while it did not follow. */
  readonly unseen: Signal<number>;
  /** A notice that asks for attention, and came then. */
  readonly weighty: Signal<News["weighty"]>;
  /** To be called after lines were drawn. */
  noteNews(news: News): void;
  /** Somebody has written something. */
  readonly spoken: Signal<boolean>;
}

interface LogProps {
  readonly view: RoomView;
  readonly frame: Frame;
  /** Where the lines stand. */
  readonly log: RefObject<HTMLDivElement>;
  readonly onGo: (key: string) => void;
  readonly onInvite: () => void;
  readonly onResend: (key: string) => void;
}

export function Log({ view, frame, log, onInvite, onResend, onGo }: LogProps) {
  const list = useStretchList(log);
  const entries = usePerFrame(view.entries);
  const before = useRef<readonly Entry[]>(entries);
  const drawn = useStretches(entries);
  const context = useLineContext(view, sharedBy(drawn, view), {
    onInvite,
    onResend,
    onGo,
  });

  useLayoutEffect(() => {
    const { scroller, atEnd, unseen, weighty, spoken } = frame;
    if (!scroller.current) return;
    const isCut = !atEnd.current && entries[0] !== before.current[0];
    const place = isCut ? new ReadingPlace(scroller.current) : undefined;
    list.current?.draw(drawn, context);
    const news = newsSince(before.current, entries);
    before.current = entries;
    spoken.value = entries.some((entry) => entry.kind === "message");
    frame.noteNews(news);
    if (atEnd.current) return;
    place?.restore();
    if (news.own > 0 || frame.isNearEnd()) frame.toEnd();
    else {
      unseen.value += news.others;
      weighty.value = news.weighty ?? weighty.peek();
    }
  }, [drawn, context]);

  return <div class="talk-log" role="log" aria-live="polite" aria-relevant="additions" ref={log} />;
}

/** The list of stretches in the element, for as long as that is in the page. */
function useStretchList(log: RefObject<HTMLElement>): {
  readonly current: StretchList | undefined;
} {
  const list = useRef<StretchList>();
  useLayoutEffect(() => {
    if (log.current) list.current = new StretchList(log.current);
    return () => list.current?.clear();
  }, []);
  return list;
}

function useStretches(entries: readonly Entry[]): readonly Stretch[] {
  const before = useRef<readonly Stretch[]>([]);
  const drawn = useMemo(() => stretches(entries, before.current), [entries]);
  before.current = drawn;
  return drawn;
}

/** Aliases that more than one person bears, of those who are here and those who wrote. */
function sharedBy(drawn: readonly Stretch[], view: RoomView): ReadonlySet<string> {
  const authors = drawn.flatMap((stretch) => stretch.authors);
  return sharedAliases([...view.people.value, ...authors]);
}

/** The same for as long as nothing changes that is drawn. */
function useLineContext(
  view: RoomView,
  shared: ReadonlySet<string>,
  deeds: Pick<LineContext, "onInvite" | "onResend" | "onGo">,
): LineContext {
  return useMemo(() => {
    const { self, connection, people, find, react, noteSight } = view;
    return { self, connection, people, find, react, noteSight, shared, ...deeds };
  }, [[...shared].sort().join("\n"), view]);
}
