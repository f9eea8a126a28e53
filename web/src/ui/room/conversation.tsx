/**
 * The conversation: keeps to its end as it grows, unless somebody reads further up, who is told of new messages instead.
 *
 * Invariant: a block that did not change is not drawn again, so that a long conversation costs what its last lines cost.
 */
import { useSignal } from "@preact/signals";
import type { ComponentChildren, VNode } from "preact";
import { useEffect, useLayoutEffect, useMemo, useRef } from "preact/hooks";
import type { RoomView } from "../../session/types";
import { type Block, blocks, sharedAliases } from "./blocks";
import { EmptyConversation } from "./empty-conversation";
import { MessageRun } from "./message-run";
import { NoticeLine } from "./notice-line";
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
  // With an invitation above an empty conversation, what matters is at the top.
  const atEnd = useRef(!top);
  const unseen = useSignal(false);

  const entries = view.entries.value;
  const last = entries.at(-1);
  const drawn = useRef<readonly Block[]>([]);
  drawn.current = blocks(entries, drawn.current);
  const nodes = useBlockNodes(drawn.current, view, onInvite);

  const toEnd = (): void => {
    const element = scroller.current;
    if (element) element.scrollTop = element.scrollHeight;
    atEnd.current = true;
    unseen.value = false;
  };

  useLayoutEffect(() => {
    const own = last?.kind === "message" && last.from.self;
    if (atEnd.current || own) toEnd();
    else if (last?.kind === "message") unseen.value = true;
  }, [last?.key]);

  // The keyboard, a growing composer or a turned phone must not move the end out of sight.
  useEffect(() => {
    const element = scroller.current;
    if (!element) return;
    const observer = new ResizeObserver(() => {
      if (atEnd.current) element.scrollTop = element.scrollHeight;
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  const onScroll = (): void => {
    const element = scroller.current;
    if (!element) return;
    const below = element.scrollHeight - element.scrollTop - element.clientHeight;
    atEnd.current = below < NEAR_END_PX;
    if (atEnd.current) unseen.value = false;
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
        <div class="talk-column">
          {top}
          <EmptyConversation
            view={view}
            returned={returned}
            invites={invites}
            onInvite={onInvite}
          />
          <div class="talk-log" role="log" aria-live="polite" aria-relevant="additions">
            {nodes}
          </div>
        </div>
      </section>
      {unseen.value && (
        <button type="button" class="button talk-newer" onClick={toEnd}>
          New messages
        </button>
      )}
    </div>
  );
}

/** One node for each block, the same node as before for the same block: Preact then leaves it alone. */
function useBlockNodes(
  drawn: readonly Block[],
  view: RoomView,
  onInvite: () => void,
): readonly VNode[] {
  const authors = drawn.flatMap((block) => (block.kind === "run" ? [block.from] : []));
  const shared = sharedAliases([...view.people.value, ...authors]);
  const sharedKey = [...shared].sort().join("\n");
  const kept = useMemo(() => new WeakMap<Block, VNode>(), [sharedKey, view]);
  return drawn.map((block) => {
    const before = kept.get(block);
    if (before !== undefined) return before;
    const node =
      block.kind === "run" ? (
        <MessageRun
          key={block.key}
          run={block}
          withWords={shared.has(block.from.alias)}
          onResend={(key) => view.resend(key)}
        />
      ) : (
        <NoticeLine key={block.key} notices={block.notices} self={view.self} onInvite={onInvite} />
      );
    kept.set(block, node);
    return node;
  });
}
