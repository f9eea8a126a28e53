/**
 * The wick: a line of light along the top edge that shortens with the remaining share of 60 minutes. A picture of the
 * countdown for those who see it; the number beside it says the same to everyone.
 */
import { useRef } from "preact/hooks";
import { wickMood, wickShare } from "./wick-share";
import "./wick.css";

interface WickProps {
  /** Milliseconds; undefined where there is no room. */
  readonly remainingMs: number | undefined;
  /** What remained when the room was entered. */
  readonly firstMs: number;
  /** The room is over: the light goes out. */
  readonly out: boolean;
}

const PERCENT = 100;

export function Wick({ remainingMs, firstMs, out }: WickProps) {
  // What goes out keeps its length while it does.
  const last = useRef(0);
  if (remainingMs !== undefined) last.current = wickShare(remainingMs);
  const share = last.current;
  const mood = out ? "out" : remainingMs === undefined ? "unlit" : wickMood(remainingMs, firstMs);
  return (
    <div class="wick" data-mood={mood} aria-hidden="true">
      <div
        class="wick-light"
        style={{ transform: `translateX(${((share - 1) * PERCENT).toFixed(3)}%)` }}
      />
    </div>
  );
}
