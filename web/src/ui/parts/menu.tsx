/** A button with a short list of actions: arrow keys move, Escape and a tap elsewhere close, the focus comes back. */
import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useId, useLayoutEffect, useRef } from "preact/hooks";
import "./menu.css";

export interface MenuItem {
  readonly label: string;
  readonly onChoose: () => void;
}

interface MenuProps {
  readonly label: string;
  readonly items: readonly MenuItem[];
  /** Stands above the items. */
  readonly head?: ComponentChildren;
}

export function Menu({ label, items, head }: MenuProps) {
  const id = useId();
  const open = useSignal(false);
  const root = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);

  const options = (): HTMLElement[] => [
    ...(root.current?.querySelectorAll<HTMLElement>("[role=menuitem]") ?? []),
  ];

  useLayoutEffect(() => {
    if (!open.value) return;
    options()[0]?.focus();
    const outside = (event: Event): void => {
      if (event.target instanceof Node && !root.current?.contains(event.target)) open.value = false;
    };
    document.addEventListener("pointerdown", outside);
    return () => document.removeEventListener("pointerdown", outside);
  }, [open.value]);

  const onKey = (event: KeyboardEvent): void => {
    if (!open.value) return;
    const all = options();
    const at =
      document.activeElement instanceof HTMLElement ? all.indexOf(document.activeElement) : -1;
    const moves: Record<string, number> = {
      ArrowDown: (at + 1) % all.length,
      ArrowUp: (at - 1 + all.length) % all.length,
      Home: 0,
      End: all.length - 1,
    };
    const next = moves[event.key];
    if (next !== undefined) {
      event.preventDefault();
      all[next]?.focus();
    } else if (event.key === "Escape" || event.key === "Tab") {
      if (event.key === "Escape") event.preventDefault();
      open.value = false;
      button.current?.focus();
    }
  };

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the keys belong to the button and the items inside
    <div class="menu" ref={root} onKeyDown={onKey}>
      <button
        type="button"
        ref={button}
        class="button button-plain menu-button"
        aria-haspopup="menu"
        aria-expanded={open.value}
        aria-controls={id}
        onClick={() => {
          open.value = !open.value;
        }}
      >
        <svg viewBox="0 0 20 20" class="menu-dots" aria-hidden="true">
          <circle cx="4" cy="10" r="1.7" />
          <circle cx="10" cy="10" r="1.7" />
          <circle cx="16" cy="10" r="1.7" />
        </svg>
        <span class="unseen">{label}</span>
      </button>
      {open.value && (
        <div class="menu-sheet" id={id}>
          {head}
          <div role="menu" aria-label={label}>
            {items.map((item) => (
              <button
                type="button"
                role="menuitem"
                tabIndex={-1}
                key={item.label}
                class="menu-item"
                onClick={() => {
                  open.value = false;
                  button.current?.focus();
                  item.onChoose();
                }}
              >
                {item.label}
              </button>
            ))}
          </div>
        </div>
      )}
    </div>
  );
}
