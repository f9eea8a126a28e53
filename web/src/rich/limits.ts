/** The bounds of one formatted message. Whatever exceeds one is shown as it was typed, with a note. */

/** Characters that are formatted at all: five printed pages. What takes the parsers longest stays below a second. */
export const MAX_SOURCE_UNITS = 32_768;
/** Tags in what the Markdown parser gives: a large table has some hundred. */
export const MAX_TAGS = 6_000;
/**
 * Characters and tags that are formatted without being asked: what takes the parsers longest stays below a blink, and few
 * characters become no thousands of nodes (Markdown fills in the cells that a row lacks).
 */
export const MAX_UNASKED_UNITS = 8_192;
export const MAX_UNASKED_TAGS = 500;
/**
 * Elements inside one another. The product of this and `MAX_TAGS` bounds what the browser's parser may make of misnested
 * tags (it opens formatting elements again in each block).
 */
export const MAX_DEPTH = 40;
/** Nodes of the finished message. */
export const MAX_NODES = 20_000;
/** Levels of Markdown. Its parser drops what lies deeper, so this is more than `MAX_DEPTH` lets through: nothing is lost unseen. */
export const MAX_MARKDOWN_NESTING = 3 * MAX_DEPTH;
/** Things named as lost, for the author; more are counted only. */
export const MAX_LOSSES = 12;
/** Characters of a name or value that are repeated to the author. */
export const MAX_NAMED_UNITS = 40;
/** Characters of an address in a link; browsers take more, people do not type them. */
export const MAX_ADDRESS_UNITS = 2_048;
/** Columns or rows that a cell may span, columns that a `<col>` may stand for. */
export const MAX_SPAN = 50;
/** Characters in one block of code that are coloured. */
export const MAX_COLOURED_UNITS = 20_000;

/** Thrown inside this layer when a message exceeds a bound; `render` turns it into plain text. */
export class TooMuch extends Error {
  constructor(readonly bound: "length" | "tags" | "depth" | "nodes") {
    super(`a message has too much ${bound} to be formatted`);
  }
}
