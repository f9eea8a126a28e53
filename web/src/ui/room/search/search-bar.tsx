/**
 * The search in what is on the screen: how many, which one, forwards and back. Matches are painted by the browser over the text, which
 * stays as it is.
 */
import { useSignal } from "@preact/signals";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { keepSecret } from "../../parts/secret-field";
import { findText, MAX_FOUND } from "./find-text";
import "./search-bar.css";

/** Names of what is painted; `search-bar.css` says how. */
const ALL = "found";
const CURRENT = "found-now";
const BOXES = ".message :is(.rich, .message-text)";

interface SearchBarProps {
  /** What is searched. */
  readonly log: () => Element | null;
  readonly onClose: () => void;
}

export function SearchBar({ log, onClose }: SearchBarProps) {
  const field = useRef<HTMLInputElement>(null);
  const found = useRef<readonly Range[]>([]);
  const wanted = useSignal("");
  const count = useSignal(0);
  const at = useSignal(-1);

  // Before the next letter is typed.
  useLayoutEffect(() => {
    keepSecret(field.current);
    field.current?.focus();
  }, []);
  useEffect(() => {
    // What comes, changes or goes meanwhile is looked through as well.
    const watch = new MutationObserver(refresh);
    const lines = log();
    if (lines) watch.observe(lines, { childList: true, subtree: true });
    return () => {
      watch.disconnect();
      paint([], undefined);
    };
  }, []);

  const find = (): void => {
    found.current = findText(log()?.querySelectorAll(BOXES) ?? [], wanted.peek().trim());
    count.value = found.current.length;
  };
  /** The same match stays, and nothing is scrolled. */
  const refresh = (): void => {
    const [old] = found.current.slice(at.peek());
    find();
    const same = found.current.findIndex(
      ({ startContainer, startOffset }) =>
        startContainer === old?.startContainer && startOffset === old.startOffset,
    );
    at.value = same === -1 ? found.current.length - 1 : same;
    paint(found.current, found.current[at.value]);
  };
  const search = (): void => {
    find();
    // The newest first: it is what was on the screen.
    show(found.current.length - 1);
  };
  const show = (to: number): void => {
    const total = found.current.length;
    at.value = total === 0 ? -1 : (to + total) % total;
    const range = found.current[at.value];
    paint(found.current, range);
    const box = range?.startContainer.parentElement;
    const shut = box?.closest(".rich-text")?.querySelector<HTMLElement>("[aria-expanded=false]");
    shut?.click();
    for (let part = box; part; part = part.parentElement)
      if (part instanceof HTMLDetailsElement) part.open = true;
    box?.scrollIntoView({ block: "center" });
  };
  const onKey = (event: KeyboardEvent): void => {
    if (event.key === "Enter") show(at.peek() + (event.shiftKey ? 1 : -1));
    else if (event.key === "ArrowUp") show(at.peek() - 1);
    else if (event.key === "ArrowDown") show(at.peek() + 1);
    else if (event.key === "Escape") onClose();
    else return;
    event.preventDefault();
  };

  const total = count.value;
  const words =
    wanted.value.trim() === ""
      ? ""
      : total === 0
        ? "Nothing found"
        : `${total - at.value} of ${total === MAX_FOUND ? `more than ${total}` : total}`;
  return (
    <search class="search">
      <input
        type="search"
        ref={field}
        class="search-field"
        aria-label="Search in this conversation"
        placeholder="Search in what is here"
        enterkeyhint="search"
        autocomplete="off"
        value={wanted.value}
        onInput={(event) => {
          wanted.value = event.currentTarget.value;
          search();
        }}
        onKeyDown={onKey}
      />
      <span class="search-count numbers" role="status">
        {words}
      </span>
      <Step
        label="Older match"
        path="M5 12.5l5-5 5 5"
        off={total === 0}
        onPress={() => show(at.peek() - 1)}
      />
      <Step
        label="Newer match"
        path="M5 7.5l5 5 5-5"
        off={total === 0}
        onPress={() => show(at.peek() + 1)}
      />
      <Step label="Close search" path="M5.5 5.5l9 9M14.5 5.5l-9 9" off={false} onPress={onClose} />
    </search>
  );
}

interface StepProps {
  readonly label: string;
  readonly path: string;
  readonly off: boolean;
  readonly onPress: () => void;
}

function Step({ label, path, off, onPress }: StepProps) {
  return (
    <button
      type="button"
      class="search-step"
      aria-label={label}
      title={label}
      disabled={off}
      onClick={onPress}
    >
      <svg viewBox="0 0 20 20" aria-hidden="true">
        <path d={path} />
      </svg>
    </button>
  );
}

/** Paints matches, in browsers that can; in others the line is scrolled to all the same. */
function paint(all: readonly Range[], current: Range | undefined): void {
  const registry = globalThis.CSS?.highlights;
  if (registry === undefined) return;
  registry.delete(ALL);
  registry.delete(CURRENT);
  if (all.length > 0) registry.set(ALL, new Highlight(...all));
  if (current === undefined) return;
  const now = new Highlight(current);
  now.priority = 1;
  registry.set(CURRENT, now);
}
