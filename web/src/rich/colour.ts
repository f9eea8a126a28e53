/**
 * Colours of authors: read, written, and moved until they can be read.
 *
 * An author sees one theme, readers have two. So a text colour keeps its hue, and its lightness is moved until it contrasts
 * with what is behind it, for the light and the dark theme apart; on a background of the author's own it is moved against that.
 */

/** Red, green, blue from 0 to 255. Opaque: what shines through cannot be judged. */
export interface Colour {
  readonly r: number;
  readonly g: number;
  readonly b: number;
}

/** Contrast of text that WCAG 2.2 AA asks for. */
export const READABLE = 4.5;

/** What stands behind text at worst: `--sunken` of styles/tokens.css, light and dark. On paper the contrast is higher. */
export const GROUND = { light: { r: 241, g: 234, b: 224 }, dark: { r: 42, g: 36, b: 30 } } as const;
const BLACK: Colour = { r: 0, g: 0, b: 0 };
const WHITE: Colour = { r: 255, g: 255, b: 255 };

const SYNTAX = /^(?:#[\da-f]{3,8}|[a-z]{3,20}|(?:rgb|hsl)a?\([\d\s.,%/a-z-]{1,60}\))$/;
const KEYWORDS = new Set(["transparent", "currentcolor", "inherit", "initial", "unset", "revert"]);

let pen: CanvasRenderingContext2D | null | undefined;
const known = new Map<string, Colour | undefined>();
/** Colours remembered; authors use a handful. */
const MAX_KNOWN = 500;

/** The colour that a CSS value means; undefined for none, for unknown ones, and for what is more than half transparent. */
export function parseColour(value: string): Colour | undefined {
  if (!SYNTAX.test(value) || KEYWORDS.has(value)) return undefined;
  if (known.has(value)) return known.get(value);
  const parsed = byBrowser(value);
  if (known.size >= MAX_KNOWN) known.clear();
  known.set(value, parsed);
  return parsed;
}

/** Asks the browser, which knows every name and form; nothing is drawn. */
function byBrowser(value: string): Colour | undefined {
  pen ??= document.createElement("canvas").getContext("2d");
  if (!pen) return undefined;
  // A value that the browser does not know leaves the one before in place.
  const meant = ["#000000", "#ffffff"].map((before) => {
    if (!pen) return "";
    pen.fillStyle = before;
    pen.fillStyle = value;
    return String(pen.fillStyle);
  });
  if (meant[0] !== meant[1] || meant[0] === undefined) return undefined;
  const hex = /^#([\da-f]{2})([\da-f]{2})([\da-f]{2})$/.exec(meant[0]);
  if (hex) {
    const [r = 0, g = 0, b = 0] = hex.slice(1).map((part) => Number.parseInt(part, 16));
    return { r, g, b };
  }
  const rgba = /^rgba\((\d+), (\d+), (\d+), ([\d.]+)\)$/.exec(meant[0]);
  if (!rgba || Number(rgba[4]) < 0.5) return undefined;
  return { r: Number(rgba[1]), g: Number(rgba[2]), b: Number(rgba[3]) };
}

export function writeColour({ r, g, b }: Colour): string {
  return `#${[r, g, b].map((part) => Math.round(part).toString(16).padStart(2, "0")).join("")}`;
}

/** Relative luminance (WCAG 2.2). */
function luminance({ r, g, b }: Colour): number {
  const [lr = 0, lg = 0, lb = 0] = [r, g, b].map((part) => {
    const share = part / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * lr + 0.7152 * lg + 0.0722 * lb;
}

/** Contrast of two colours, from 1 to 21 (WCAG 2.2). */
export function contrast(a: Colour, b: Colour): number {
  const [darker = 0, lighter = 0] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (lighter + 0.05) / (darker + 0.05);
}

function mixed(from: Colour, to: Colour, share: number): Colour {
  const part = (a: number, b: number) => a + (b - a) * share;
  return { r: part(from.r, to.r), g: part(from.g, to.g), b: part(from.b, to.b) };
}

/** `ink`, moved towards black or white no further than it takes to be read on `ground`. */
export function readable(ink: Colour, ground: Colour): Colour {
  const towards = contrast(BLACK, ground) > contrast(WHITE, ground) ? BLACK : WHITE;
  for (let step = 0; step <= 20; step += 1) {
    const moved = mixed(ink, towards, step / 20);
    // As it will be written: whole numbers.
    const written = { r: Math.round(moved.r), g: Math.round(moved.g), b: Math.round(moved.b) };
    if (contrast(written, ground) >= READABLE) return written;
  }
  return towards;
}

/** The text colour of the page that can be read on `ground`. */
export function inkOn(ground: Colour): Colour {
  const [dark, light] = [
    { r: 29, g: 24, b: 20 },
    { r: 243, g: 236, b: 227 },
  ];
  return readable(contrast(dark, ground) > contrast(light, ground) ? dark : light, ground);
}
