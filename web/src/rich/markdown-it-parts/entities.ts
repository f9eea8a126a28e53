/**
 * Stands in for the `entities` package inside markdown-it: without its table of 2,231 names, which every browser has already.
 *
 * In text, `markdown.ts` leaves character references to the browser's parser. This is for addresses, titles and the names
 * of languages only, where numbers and the five names that HTML itself needs are enough.
 */

const NAMED: Readonly<Record<string, string>> = {
  "&amp;": "&",
  "&lt;": "<",
  "&gt;": ">",
  "&quot;": '"',
  "&apos;": "'",
};

/** The character that one reference means; the reference itself where this knows none. */
export function decodeHTMLStrict(reference: string): string {
  const number = /^&#(?:x([\da-f]{1,6})|(\d{1,7}));$/i.exec(reference);
  if (number === null) return NAMED[reference] ?? reference;
  const code = number[1] === undefined ? Number(number[2]) : Number.parseInt(number[1], 16);
  const isCharacter = code > 0 && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff);
  return isCharacter ? String.fromCodePoint(code) : "\ufffd";
}
