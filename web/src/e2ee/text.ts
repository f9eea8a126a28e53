/** What typed texts have in common: white space at the ends and lone surrogates. */

/** By Unicode's property, not by JavaScript's own notion, which differs from it in U+0085 and U+FEFF. */
const OUTER_WHITE_SPACE = /^\p{White_Space}+|\p{White_Space}+$/gu;
/** With the `u` flag, a surrogate matches only where it stands alone. */
const LONE_SURROGATE = /\p{Surrogate}/u;

/** The text without white space (Unicode property White_Space) at both ends. */
export function trimmed(text: string): string {
  return text.replace(OUTER_WHITE_SPACE, "");
}

/** True if the text has an encoding in UTF-8. */
export function isWellFormed(text: string): boolean {
  return !LONE_SURROGATE.test(text);
}
