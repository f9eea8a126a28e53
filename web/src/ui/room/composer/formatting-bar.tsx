/** The formats as buttons, in a row that scrolls where it is too narrow. Arrow keys move within it. */
import type { JSX } from "preact";
import { useRef } from "preact/hooks";
import { FORMATS, type Format } from "./formats";
import "./formatting-bar.css";

/** What each is called. */
export const LABELS: Readonly<Record<Format["name"], string>> = {
  bold: "Bold",
  italic: "Italic",
  strike: "Struck through",
  code: "Code",
  link: "Link",
  quote: "Quote",
  bullets: "List",
  numbers: "Numbered list",
};

/** The keys of a format as people read them. */
export function keyWords({ key, shift }: Format): string {
  return `Ctrl+${shift ? "Shift+" : ""}${key.replace("Digit", "").toUpperCase()}`;
}

interface FormattingBarProps {
  readonly controls: string;
  readonly onFormat: (format: Format) => void;
}

export function FormattingBar({ controls, onFormat }: FormattingBarProps) {
  const bar = useRef<HTMLDivElement>(null);
  const onKey = (event: KeyboardEvent): void => {
    const buttons = [...(bar.current?.querySelectorAll("button") ?? [])];
    const at = buttons.indexOf(document.activeElement as HTMLButtonElement);
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (step === undefined || at < 0) return;
    event.preventDefault();
    buttons[(at + step + buttons.length) % buttons.length]?.focus();
  };
  return (
    <div
      class="formats"
      role="toolbar"
      aria-label="Formatting"
      aria-controls={controls}
      ref={bar}
      onKeyDown={onKey}
    >
      {FORMATS.map((format, i) => (
        <button
          type="button"
          key={format.name}
          class="format"
          tabIndex={i === 0 ? 0 : -1}
          aria-label={LABELS[format.name]}
          title={`${LABELS[format.name]} (${keyWords(format)})`}
          // The field keeps its selection, and the phone its keyboard.
          onPointerDown={(event) => event.preventDefault()}
          onClick={() => onFormat(format)}
        >
          <svg viewBox="0 0 20 20" aria-hidden="true">
            {SHAPES[format.name]}
          </svg>
        </button>
      ))}
    </div>
  );
}

const SHAPES: Readonly<Record<Format["name"], JSX.Element>> = {
  bold: <path d="M6 4h4.5a3 3 0 0 1 0 6H6zM6 10h5.2a3.1 3.1 0 0 1 0 6.2H6z" stroke-width="2.2" />,
  italic: <path d="M8 4h6M6 16h6M11.5 4l-3 12" />,
  strike: (
    <path d="M4 10h12M13.5 6.2C13 4.8 11.7 4 10 4 7.9 4 6.5 5.1 6.5 6.7M6.4 13.2C6.8 15 8.2 16 10.1 16c2.2 0 3.6-1.1 3.6-2.9" />
  ),
  code: <path d="M7 5.5 2.5 10 7 14.5M13 5.5 17.5 10 13 14.5" />,
  link: (
    <path d="M8.5 11.5l3-3M9 6.5l1.7-1.7a3.2 3.2 0 0 1 4.5 4.5L13.5 11M11 13.5l-1.7 1.7a3.2 3.2 0 0 1-4.5-4.5L6.5 9" />
  ),
  quote: <path d="M4 4v12M8 6h8M8 10h8M8 14h5" />,
  bullets: <path d="M8 5h8M8 10h8M8 15h8M4 5v.01M4 10v.01M4 15v.01" stroke-width="1.8" />,
  numbers: (
    <path d="M9 5h7M9 10h7M9 15h7M3.5 4l1-.5V7.5M3.3 11.8c.3-.8 2-.8 2 .2 0 .8-2 1.7-2 2.5h2.2" />
  ),
};
