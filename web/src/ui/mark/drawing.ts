/**
 * From 32 bytes to a small drawing: a glyph in one colour on a tile in another. Pure.
 *
 * Invariants:
 * - The two colours always differ strongly in lightness, so that a mark reads without seeing any hue; marks further differ
 *   by glyph, its turn, the tile's outline and which of the two is the light one.
 * - The same bytes always give the same drawing.
 */

/** All drawings are made in a square of this many units. */
export const MARK_UNITS = 24;

interface Glyph {
  readonly name: string;
  /** SVG path data around the centre (12, 12), within a radius of 7. */
  readonly path: string;
  /** How many quarter turns give a different picture. */
  readonly turns: 1 | 2 | 4;
}

interface Colour {
  readonly name: string;
  readonly hex: string;
}

const circle = (x: number, y: number, r: number): string =>
  `M${x - r} ${y}a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0z`;

const GLYPHS: readonly [Glyph, ...Glyph[]] = [
  { name: "dot", path: circle(12, 12, 4.8), turns: 1 },
  { name: "ring", path: `${circle(12, 12, 6.2)}${circle(12, 12, 3)}`, turns: 1 },
  { name: "half moon", path: "M6 9.2a6 6 0 0 0 12 0z", turns: 4 },
  { name: "triangle", path: "M12 5.6L18.2 16.4H5.8z", turns: 4 },
  { name: "square", path: "M7.4 7.4h9.2v9.2H7.4z", turns: 1 },
  { name: "diamond", path: "M12 5L19 12L12 19L5 12z", turns: 1 },
  { name: "bars", path: "M6 6.6h12v4H6zM6 13.4h12v4H6z", turns: 2 },
  { name: "cross", path: "M10 5.5h4V10h4.5v4H14v4.5h-4V14H5.5v-4H10z", turns: 1 },
  { name: "chevron", path: "M12 6.2L18.6 12.8L15.8 15.6L12 11.8L8.2 15.6L5.4 12.8z", turns: 4 },
  { name: "quarter", path: "M7 7h10a10 10 0 0 1-10 10z", turns: 4 },
  { name: "pair", path: `${circle(8.4, 12, 2.7)}${circle(15.6, 12, 2.7)}`, turns: 2 },
  {
    name: "three dots",
    path: `${circle(12, 8, 2.5)}${circle(8, 15, 2.5)}${circle(16, 15, 2.5)}`,
    turns: 4,
  },
  { name: "hourglass", path: "M6.5 6h11L13.4 12L17.5 18h-11L10.6 12z", turns: 2 },
  {
    name: "arch",
    path: "M6 17.5V12a6 6 0 0 1 12 0v5.5h-3.9V12a2.1 2.1 0 0 0-4.2 0v5.5z",
    turns: 4,
  },
  { name: "star", path: "M12 4.6L14 10L19.4 12L14 14L12 19.4L10 14L4.6 12L10 10z", turns: 1 },
  { name: "corner", path: "M6.4 6.4h11.2v4H10.4v7.2h-4z", turns: 4 },
];

/** Dark and light by lightness, not by hue: each of one list against each of the other has a contrast of 4 or more. */
const DARKS: readonly [Colour, ...Colour[]] = [
  { name: "blue", hex: "#2a55a0" },
  { name: "green", hex: "#1c6b52" },
  { name: "plum", hex: "#7a3b7c" },
  { name: "brick", hex: "#a23c22" },
  { name: "slate", hex: "#53565f" },
];
const LIGHTS: readonly [Colour, ...Colour[]] = [
  { name: "sky", hex: "#bfe1fb" },
  { name: "yellow", hex: "#ffd877" },
  { name: "rose", hex: "#ffd0d9" },
  { name: "mint", hex: "#bdeed8" },
  { name: "ivory", hex: "#fbf3e2" },
];

const TILES = ["disc", "tile", "hexagon"] as const;
export type Tile = (typeof TILES)[number];

/** Path data of the tiles, filling the square. */
export const TILE_PATHS: Record<Tile, string> = {
  disc: circle(12, 12, 12),
  tile: "M6 0h12a6 6 0 0 1 6 6v12a6 6 0 0 1-6 6H6a6 6 0 0 1-6-6V6a6 6 0 0 1 6-6z",
  hexagon:
    "M10.2.5a3.6 3.6 0 0 1 3.6 0l7 4a3.6 3.6 0 0 1 1.8 3.1v8.8a3.6 3.6 0 0 1-1.8 3.1l-7 4a3.6 3.6 0 0 1-3.6 0l-7-4a3.6 3.6 0 0 1-1.8-3.1V7.6a3.6 3.6 0 0 1 1.8-3.1z",
};

export interface Drawing {
  readonly tile: Tile;
  readonly glyph: string;
  /** Degrees. */
  readonly turn: number;
  readonly tileColour: string;
  readonly glyphColour: string;
  /** For those who hear it: "yellow arch on a blue disc". */
  readonly description: string;
}

function pick<T>(list: readonly [T, ...T[]], byte: number | undefined): T {
  return list[(byte ?? 0) % list.length] ?? list[0];
}

/** The drawing for the bytes of a key or an id; the first six are enough to draw from. */
export function drawing(bytes: Uint8Array): Drawing {
  const glyph = pick(GLYPHS, bytes[0]);
  const dark = pick(DARKS, bytes[2]);
  const light = pick(LIGHTS, bytes[3]);
  const darkTile = (bytes[4] ?? 0) % 2 === 0;
  const tile = pick(TILES, bytes[5]);
  const [ground, figure] = darkTile ? [dark, light] : [light, dark];
  return {
    tile,
    glyph: glyph.path,
    turn: ((bytes[1] ?? 0) % glyph.turns) * 90,
    tileColour: ground.hex,
    glyphColour: figure.hex,
    description: `${figure.name} ${glyph.name} on a ${ground.name} ${tile}`,
  };
}
