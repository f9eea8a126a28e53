/**
 * The way to the actions of a message: a small bar at the line under the pointer or the finger, and the menu. One bar for the whole
 * conversation: lines themselves stay light.
 *
 * Invariant: when the menu has gone, the focus is on the line if keys or a finger opened it, and in the composer if a mouse did: what
 * is typed next is a message.
 */
import { useSignal } from "@preact/signals";
import type { RefObject } from "preact";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import type { MessageEntry } from "../../../session/types";
import { later } from "../../parts/later";
import { finePointer } from "../../parts/media";
import { type ActionContext, actionsFor } from "./line-actions";
import { LineWalk, lineOf } from "./line-walk";
import "./line-tools.css";

const LineMenu = later(async () => (await import("./line-menu")).LineMenu);

/** A finger that rests so long asks for the menu, in milliseconds. */
const LONG_PRESS_MS = 450;
/** A finger that moves more than so far scrolls, in pixels. */
const STILL_PX = 10;
/** Presses that belong to something in the line. */
const OWN = "a, button, summary, [data-press], input, textarea";

/** How long words stand at a line, in milliseconds. */
const TOLD_MS = 2_000;

interface LineToolsProps {
  readonly context: Omit<ActionContext, "tell">;
  /** What the lines stand in, and what the bar is placed in. */
  readonly column: RefObject<HTMLElement>;
}

interface Chosen {
  readonly message: MessageEntry;
  readonly line: HTMLElement;
}

export function LineTools({ context: given, column }: LineToolsProps) {
  const told = useSignal<{ readonly words: string; readonly line: HTMLElement } | undefined>(
    undefined,
  );
  const near = useSignal<Chosen | undefined>(undefined);
  const open = useSignal<(Chosen & { readonly at: DOMRect | undefined }) | undefined>(undefined);
  const bar = useRef<HTMLDivElement>(null);
  const words = useRef<HTMLParagraphElement>(null);

  const context: ActionContext = {
    ...given,
    tell: ({ key }, words) => {
      const line = column.current?.querySelector<HTMLElement>(`[data-key="${CSS.escape(key)}"]`);
      told.value = line ? { words, line } : undefined;
    },
  };
  const chosen = (line: HTMLElement | undefined): Chosen | undefined => {
    const entry = context.view.entries.peek().findLast(({ key }) => key === line?.dataset.key);
    return line && entry?.kind === "message" ? { message: entry, line } : undefined;
  };
  const openMenu = (line: HTMLElement | undefined, at?: DOMRect): boolean => {
    const found = chosen(line);
    if (!found || actionsFor(found.message, context.view).length === 0) return false;
    near.value = undefined;
    open.value = { ...found, at };
    return true;
  };

  useEffect(() => {
    const element = column.current;
    if (!element) return;
    const walk = new LineWalk(element);
    const observer = new MutationObserver(() => {
      walk.update();
      if (near.peek()?.line.isConnected === false) near.value = undefined;
    });
    observer.observe(element, { childList: true, subtree: true });
    walk.update();
    const unlisten = listen(element, {
      near: (line) => {
        near.value = chosen(line);
      },
      openMenu,
      onKey: (event) => {
        if (walk.onKey(event)) return true;
        const line = event.target === lineOf(event) ? lineOf(event) : undefined;
        if (!line || event.ctrlKey || event.metaKey || event.altKey) return false;
        if (event.key === "Escape") {
          focusComposer();
          return true;
        }
        if (
          ["Enter", " ", "ContextMenu"].includes(event.key) ||
          (event.shiftKey && event.key === "F10")
        )
          return openMenu(line);
        const found = chosen(line);
        const action =
          found &&
          actionsFor(found.message, context.view).find(
            ({ key }) => key === event.key || key === event.key.toLowerCase(),
          );
        if (found) action?.run(found.message, context);
        return action !== undefined;
      },
    });
    return () => {
      observer.disconnect();
      unlisten();
    };
  }, []);

  const place = (element: HTMLElement | null, at: HTMLElement | undefined): void => {
    if (!at || !element || !column.current) return;
    const top = at.getBoundingClientRect().top - column.current.getBoundingClientRect().top;
    element.style.setProperty("--tools-top", `${top}px`);
  };
  useLayoutEffect(() => place(bar.current, near.value?.line), [near.value]);
  useLayoutEffect(() => {
    place(words.current, told.value?.line);
    const timer = setTimeout(() => {
      told.value = undefined;
    }, TOLD_MS);
    return () => clearTimeout(timer);
  }, [told.value]);

  const shown = near.value;
  return (
    <>
      {shown && !open.value && actionsFor(shown.message, context.view).length > 0 && (
        <div class="line-tools" ref={bar} aria-hidden="true">
          {actionsFor(shown.message, context.view).some(({ name }) => name === "reply") && (
            <>
              <Tool title="React" onPress={(rect) => openMenu(shown.line, rect)}>
                <circle cx="10" cy="10" r="7" />
                <path d="M7 12c1.3 2 4.7 2 6 0M7.5 8v.01M12.5 8v.01" />
              </Tool>
              <Tool
                title="Reply"
                onPress={() => {
                  near.value = undefined;
                  context.draft.reply(shown.message);
                }}
              >
                <path d="M8 5 3.5 9.5 8 14M4 9.5h7c3 0 5 1.5 5.5 5" />
              </Tool>
            </>
          )}
          <Tool title="More" onPress={(rect) => openMenu(shown.line, rect)}>
            <path d="M5 10v.01M10 10v.01M15 10v.01" stroke-width="2.5" />
          </Tool>
        </div>
      )}
      <div role="status">
        {told.value && (
          <p class="line-told" ref={words}>
            {told.value.words}
          </p>
        )}
      </div>
      {open.value && (
        <LineMenu
          message={open.value.message}
          anchor={open.value.at ?? open.value.line.getBoundingClientRect()}
          context={context}
          onClose={() => {
            const opened = open.peek();
            open.value = undefined;
            // Only presses say where they were.
            if (opened?.at && finePointer.peek()) focusComposer();
            else opened?.line.focus({ preventScroll: true });
          }}
        />
      )}
    </>
  );
}

function focusComposer(): void {
  document.querySelector<HTMLElement>(".composer-field")?.focus();
}

interface ToolProps {
  readonly title: string;
  readonly onPress: (rect: DOMRect) => void;
  readonly children: preact.ComponentChildren;
}

/** For pointers; the keyboard has the line itself. */
function Tool({ title, onPress, children }: ToolProps) {
  return (
    <button
      type="button"
      class="line-tool"
      tabIndex={-1}
      title={title}
      onClick={(event) => onPress(event.currentTarget.getBoundingClientRect())}
    >
      <svg viewBox="0 0 20 20" aria-hidden="true">
        {children}
      </svg>
    </button>
  );
}

interface Wishes {
  readonly near: (line: HTMLElement | undefined) => void;
  readonly openMenu: (line: HTMLElement | undefined, at?: DOMRect) => boolean;
  readonly onKey: (event: KeyboardEvent) => boolean;
}

/** Follows pointers, fingers and keys in the conversation; what it gives back ends that. */
function listen(element: HTMLElement, { near, openMenu, onKey }: Wishes): () => void {
  const stop = new AbortController();
  const { signal } = stop;
  let pressing: ReturnType<typeof setTimeout> | undefined;
  let from = { x: 0, y: 0 };
  let held = false;
  const release = (): void => clearTimeout(pressing);

  element.addEventListener(
    "pointerover",
    (event) => {
      const line = lineOf(event);
      if (event.pointerType === "mouse" && line) near(line);
    },
    { signal },
  );
  element.addEventListener("pointerleave", (e) => e.pointerType === "mouse" && near(undefined), {
    signal,
  });
  element.addEventListener(
    "pointerdown",
    (event) => {
      held = false;
      const line = lineOf(event);
      if (event.pointerType === "mouse" || !line) return;
      from = { x: event.clientX, y: event.clientY };
      release();
      pressing = setTimeout(() => {
        held = openMenu(line);
        if (held) getSelection()?.removeAllRanges();
      }, LONG_PRESS_MS);
    },
    { signal },
  );
  element.addEventListener(
    "pointermove",
    (event) => {
      if (Math.hypot(event.clientX - from.x, event.clientY - from.y) > STILL_PX) release();
    },
    { signal },
  );
  for (const end of ["pointerup", "pointercancel"])
    element.addEventListener(end, release, { signal });
  element.addEventListener(
    "click",
    (event) => {
      const isOwn = event.target instanceof Element && event.target.closest(`${OWN}, .line-tools`);
      const isFinger = (event as PointerEvent).pointerType === "touch";
      if (held) event.preventDefault();
      else if (isFinger && !isOwn && getSelection()?.isCollapsed !== false) near(lineOf(event));
      held = false;
    },
    { signal, capture: true },
  );
  element.addEventListener(
    "contextmenu",
    (event) => {
      // A long press of a finger; the mouse keeps the browser's own menu.
      const isFinger = (event as PointerEvent).pointerType === "touch";
      if (isFinger && lineOf(event)) event.preventDefault();
    },
    { signal },
  );
  element.addEventListener(
    "keydown",
    (event) => {
      if (onKey(event)) event.preventDefault();
    },
    { signal },
  );
  return () => {
    release();
    stop.abort();
  };
}
