/** How long a message may be before it is shown in part, or as it was typed. Pure. */

/** Characters and lines that are shown at once: about a screen. */
const MAX_SHOWN_UNITS = 3_000;
const MAX_SHOWN_LINES = 30;
/** Characters that are formatted without being asked: what takes the parsers longest stays below a blink. */
const MAX_UNASKED_UNITS = 8_192;

/** Whether a text is shown in part until somebody asks for the rest. */
export function isLong(body: string): boolean {
  if (body.length > MAX_SHOWN_UNITS) return true;
  let lines = 1;
  for (let at = body.indexOf("\n"); at !== -1; at = body.indexOf("\n", at + 1)) lines += 1;
  return lines > MAX_SHOWN_LINES;
}

/** Whether a text is formatted only when somebody asks for it. */
export function isHeavy(body: string): boolean {
  return body.length > MAX_UNASKED_UNITS;
}
