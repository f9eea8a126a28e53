/** What an alias may be (docs/PROTOCOL.md, section 8.3). */
import { utf8 } from "./bytes";
import { AliasError } from "./error";
import { MAX_ALIAS_BYTES } from "./limits";
import { isWellFormed, trimmed } from "./text";

/**
 * Control, formatting and line separating characters: they could make an alias look like another one, or reach out of
 * its place on the screen. A list and not a Unicode property, so that all versions of Unicode draw the same line.
 */
const FORBIDDEN = new RegExp(
  `[${[
    "\\u{0}-\\u{1f}\\u{7f}-\\u{9f}\\u{ad}\\u{600}-\\u{605}\\u{61c}\\u{6dd}\\u{70f}\\u{890}\\u{891}\\u{8e2}\\u{180e}",
    "\\u{200b}\\u{200c}\\u{200e}\\u{200f}\\u{2028}-\\u{202e}\\u{2060}-\\u{206f}\\u{feff}\\u{fff9}-\\u{fffb}",
    "\\u{110bd}\\u{110cd}\\u{13430}-\\u{1343f}\\u{1bca0}-\\u{1bca3}\\u{1d173}-\\u{1d17a}\\u{e0000}-\\u{e007f}",
  ].join("")}]`,
  "u",
);

/** Prepare a typed alias: white space at both ends goes. Throws `AliasError` with the reason. */
export function prepareAlias(typed: string): string {
  const alias = trimmed(typed);
  if (alias === "") throw new AliasError("missing");
  if (FORBIDDEN.test(alias) || !isWellFormed(alias)) throw new AliasError("control-characters");
  if (utf8(alias).length > MAX_ALIAS_BYTES) throw new AliasError("too-long");
  return alias;
}

/** An alias that somebody else prepared, as it is. Throws `AliasError` if it is not in the form it must be in. */
export function requireAlias(alias: string): string {
  if (prepareAlias(alias) !== alias) throw new AliasError("control-characters");
  return alias;
}

/** True if an alias from the group is in the form that everybody must keep to. */
export function isAlias(alias: string): boolean {
  try {
    return requireAlias(alias) === alias;
  } catch {
    return false;
  }
}
