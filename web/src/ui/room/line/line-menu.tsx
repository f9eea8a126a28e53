/**
 * What can be done with one message: reactions and actions, beside it, or as a sheet where the screen is small. On the browser's own
 * dialog: everything outside is inert, Escape and a press outside close it. Where the focus belongs then, whoever opened it says.
 */
import { useLayoutEffect, useRef } from "preact/hooks";
import type { MessageEntry } from "../../../session/types";
import { type ActionContext, actionsFor, EMOJI, isLive } from "./line-actions";
import "./line-menu.css";

/** Room between the menu and the edges of the page, in pixels. */
const EDGE_PX = 8;

interface LineMenuProps {
  readonly message: MessageEntry;
  /** Where it belongs. */
  readonly anchor: DOMRect;
  readonly context: ActionContext;
  readonly onClose: () => void;
}

export function LineMenu({ message, anchor, context, onClose }: LineMenuProps) {
  const dialog = useRef<HTMLDialogElement>(null);

  useLayoutEffect(() => {
    const element = dialog.current;
    if (!element) return;
    element.showModal();
    const { width, height } = element.getBoundingClientRect();
    const below = anchor.bottom + height + EDGE_PX < innerHeight;
    const top = below ? anchor.bottom : anchor.top - height;
    const left = Math.min(anchor.right - width, innerWidth - width - EDGE_PX);
    element.style.setProperty(
      "--menu-top",
      `${Math.max(EDGE_PX, Math.min(top, innerHeight - height - EDGE_PX))}px`,
    );
    element.style.setProperty("--menu-left", `${Math.max(EDGE_PX, left)}px`);
    element.querySelector<HTMLElement>("[role=menuitem], [role=menuitemcheckbox]")?.focus();
    return () => element.close();
  }, []);

  const onKey = (event: KeyboardEvent): void => {
    const items = [...(dialog.current?.querySelectorAll<HTMLElement>("[role^=menuitem]") ?? [])];
    const at = items.indexOf(document.activeElement as HTMLElement);
    const next = nextItem(items, at, event.key);
    if (next === undefined) return;
    event.preventDefault();
    next.focus();
  };
  // What is outside can have the focus again before anything else is done.
  const close = (): void => {
    dialog.current?.close();
    onClose();
  };
  const done = (act: () => void) => () => {
    close();
    act();
  };

  return (
    <dialog
      ref={dialog}
      class="line-menu"
      aria-label="Message"
      onCancel={(event) => {
        event.preventDefault();
        close();
      }}
      onPointerDown={(event) => {
        if (event.target === dialog.current) close();
      }}
      onKeyDown={onKey}
    >
      <div class="line-menu-body" role="menu" aria-label="What to do with this message">
        {isLive(message) && (
          // biome-ignore lint/a11y/useSemanticElements: a group within a menu
          <div class="line-emoji" role="group" aria-label="React">
            {EMOJI.map(([emoji, name]) => (
              <button
                type="button"
                key={emoji}
                role="menuitemcheckbox"
                tabIndex={-1}
                aria-checked={message.reactions?.some((r) => r.own && r.emoji === emoji) ?? false}
                aria-label={name}
                title={name}
                class="line-emoji-item emoji"
                onClick={done(() => context.view.react(message.key, emoji))}
              >
                {emoji}
              </button>
            ))}
          </div>
        )}
        {actionsFor(message, context.view).map((action) => (
          <button
            type="button"
            key={action.name}
            role="menuitem"
            tabIndex={-1}
            class="line-menu-item"
            data-danger={action.name === "delete" || action.name === "kick"}
            onClick={done(() => action.run(message, context))}
          >
            <span class="line-menu-label">{action.label(message)}</span>
            {action.key && (
              <span class="line-menu-key" aria-hidden="true">
                {action.key.replace("Delete", "Del").toUpperCase()}
              </span>
            )}
          </button>
        ))}
      </div>
    </dialog>
  );
}

/** The item that a key leads to: up and down through rows, left and right among the reactions. */
function nextItem(items: readonly HTMLElement[], at: number, key: string): HTMLElement | undefined {
  const isEmoji = (item: HTMLElement | undefined): boolean =>
    item?.getAttribute("role") === "menuitemcheckbox";
  const around = (i: number) => items[(i + items.length) % items.length];
  switch (key) {
    case "ArrowRight":
      return around(at + 1);
    case "ArrowLeft":
      return around(at - 1);
    case "ArrowDown":
      return isEmoji(items[at])
        ? (items.find((item) => !isEmoji(item)) ?? around(at + 1))
        : around(at + 1);
    case "ArrowUp":
      return isEmoji(items[at - 1]) ? items[0] : around(at - 1);
    case "Home":
      return items[0];
    case "End":
      return items[items.length - 1];
    default:
      return undefined;
  }
}
