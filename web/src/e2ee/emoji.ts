/**
 * What may stand as a reaction (docs/PROTOCOL.md, section 9.4): one emoji, of a shape that both implementations hold to. Which
 * emoji a font has, changes with each version of Unicode; the shape does not.
 */
import { utf8 } from "./bytes";
import { MAX_EMOJI_BYTES } from "./limits";

const BASE =
  "[\\u00a9\\u00ae\\u203c\\u2049\\u2122\\u2139\\u2194-\\u2199\\u21a9\\u21aa\\u231a\\u231b\\u2328\\u23cf\\u23e9-\\u23f3\\u23f8-\\u23fa" +
  "\\u24c2\\u25aa\\u25ab\\u25b6\\u25c0\\u25fb-\\u25fe\\u2600-\\u27bf\\u2934\\u2935\\u2b05-\\u2b07\\u2b1b\\u2b1c\\u2b50\\u2b55\\u3030" +
  "\\u303d\\u3297\\u3299\\u{1f004}\\u{1f0cf}\\u{1f170}\\u{1f171}\\u{1f17e}\\u{1f17f}\\u{1f18e}\\u{1f191}-\\u{1f19a}\\u{1f201}\\u{1f202}" +
  "\\u{1f21a}\\u{1f22f}\\u{1f232}-\\u{1f23a}\\u{1f250}\\u{1f251}\\u{1f300}-\\u{1f3fa}\\u{1f400}-\\u{1f64f}\\u{1f680}-\\u{1f6ff}" +
  "\\u{1f7e0}-\\u{1f7eb}\\u{1f7f0}\\u{1f900}-\\u{1f9ff}\\u{1fa70}-\\u{1faff}]";
/** A base, drawn as an emoji or in a skin tone, or a flag of tags. */
const ELEMENT = `${BASE}(?:\\ufe0f|[\\u{1f3fb}-\\u{1f3ff}]|[\\u{e0020}-\\u{e007e}]+\\u{e007f})?`;
const FLAG = "[\\u{1f1e6}-\\u{1f1ff}]{2}";
const KEYCAP = "[0-9#*]\\ufe0f\\u20e3";
const EMOJI = new RegExp(`^(?:${FLAG}|${KEYCAP}|${ELEMENT}(?:\\u200d${ELEMENT})*)$`, "u");

/** True if `text` is one emoji that the protocol carries. */
export function isEmoji(text: string): boolean {
  return EMOJI.test(text) && utf8(text).length <= MAX_EMOJI_BYTES;
}
