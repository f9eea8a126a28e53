/**
 * Times as people read them: the clock of the room, spoken lengths, the time of day. Pure; all lengths in milliseconds.
 *
 * Lengths are rounded up to the second, so that a clock shows 0:00 only when nothing remains.
 */

const SECOND_MS = 1_000;
const MINUTE_S = 60;

const wholeSeconds = (ms: number): number => Math.max(0, Math.ceil(ms / SECOND_MS));

const counted = (n: number, unit: string): string => `${n} ${unit}${n === 1 ? "" : "s"}`;

/** "59:12", "5:03", "0:00". */
export function clock(ms: number): string {
  const seconds = wholeSeconds(ms);
  return `${Math.floor(seconds / MINUTE_S)}:${String(seconds % MINUTE_S).padStart(2, "0")}`;
}

/** "59 minutes 12 seconds", "1 minute", "3 seconds": for screen readers and waits. */
export function spoken(ms: number): string {
  const seconds = wholeSeconds(ms);
  const minutes = Math.floor(seconds / MINUTE_S);
  const rest = seconds % MINUTE_S;
  if (minutes === 0) return counted(rest, "second");
  if (rest === 0) return counted(minutes, "minute");
  return `${counted(minutes, "minute")} ${counted(rest, "second")}`;
}

const dayTime = new Intl.DateTimeFormat(undefined, { hour: "numeric", minute: "2-digit" });

/** The time of day of a moment on this device's clock: "14:32". */
export function timeOfDay(at: number): string {
  return dayTime.format(at);
}
