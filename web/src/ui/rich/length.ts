/** How long a message may be before it is shown in part. Pure. */

/** Characters and lines that are shown at once: about a screen. */
const MAX_SHOWN_UNITS = 3_000;
const MAX_SHOWN_LINES = 30;

/** Pixels that are shown at once, however few characters take them: as many as that many lines. */
export const MAX_SHOWN_PX = 24 * MAX_SHOWN_LINES;
/** Characters that are never that high as plain text, however broad each is. */
const LOW_UNITS = 100;

/** Whether a text is shown in part until somebody asks for the rest, before it is known how high it becomes. */
export function isLong(body: string): boolean {
  if (body.length > MAX_SHOWN_UNITS) return true;
  let lines = 1;
  for (let at = body.indexOf("\n"); at !== -1; at = body.indexOf("\n", at + 1)) lines += 1;
  return lines > MAX_SHOWN_LINES;
}

/** Whether a plain text may be higher than is shown at once. */
export function mayBeHigh(body: string): boolean {
  return body.length > LOW_UNITS;
}
