/** The mark of a member or a room: drawn from bytes, told apart at a glance. */
import { useMemo } from "preact/hooks";
import { drawing, MARK_UNITS, TILE_PATHS } from "./drawing";
import "./mark.css";

/** Room for the outline around the drawing, in its units. */
const EDGE = 0.5;

interface MarkProps {
  readonly bytes: Uint8Array;
  /** Describe it to screen readers; without, it is silent because the name stands beside it. */
  readonly spoken?: boolean;
  readonly size?: "small" | "medium" | "large";
}

export function Mark({ bytes, spoken = false, size = "medium" }: MarkProps) {
  const { tile, glyph, turn, tileColour, glyphColour, description } = useMemo(
    () => drawing(bytes),
    [bytes],
  );
  const middle = MARK_UNITS / 2;
  return (
    <svg
      class={`mark mark-${size}`}
      viewBox={`${-EDGE} ${-EDGE} ${MARK_UNITS + 2 * EDGE} ${MARK_UNITS + 2 * EDGE}`}
      role={spoken ? "img" : "presentation"}
      aria-label={spoken ? `Mark: ${description}` : undefined}
      aria-hidden={spoken ? undefined : true}
    >
      <path class="mark-tile" d={TILE_PATHS[tile]} fill={tileColour} />
      <path
        d={glyph}
        fill={glyphColour}
        fill-rule="evenodd"
        transform={`rotate(${turn} ${middle} ${middle})`}
      />
    </svg>
  );
}
