/**
 * Tells texts that formatting could change from plain ones, quickly: most messages are a line of plain text, and need
 * nothing else of this layer. Apart from the rest, so that the rest can be loaded later.
 */

/** What a text could not be formatted without. A text that has none of it is the same with and without Markdown. */
const FORMATTED =
  /[<&*_`~|[\]\\]|https?:\/\/|^\s{0,3}(?:#{1,6}\s|>|[-+]\s|\d{1,9}[.)]\s|-{3,}\s*$|={2,}\s*$)/im;

/** Whether formatting could change anything. Quick: most messages are a line of plain text. */
export function hasFormatting(source: string): boolean {
  return FORMATTED.test(source);
}
