/** Marks: the same bytes give the same picture, and pictures differ in more than hue. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { drawing } from "../../src/ui/mark/drawing";
import { squares } from "../../src/ui/room/qr-squares";

/** Relative luminance of "#rrggbb" (WCAG 2.2). */
function luminance(hex: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const share = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

const bytes = fc.uint8Array({ minLength: 32, maxLength: 32 });

test("the two colours of a mark differ in lightness by a contrast of four at least", () => {
  fc.assert(
    fc.property(bytes, (key) => {
      const { tileColour, glyphColour } = drawing(key);
      const [dark = 0, light = 0] = [luminance(tileColour), luminance(glyphColour)].sort(
        (a, b) => a - b,
      );
      expect((light + 0.05) / (dark + 0.05)).toBeGreaterThanOrEqual(4);
    }),
  );
});

test("the same bytes are drawn the same, and described", () => {
  fc.assert(
    fc.property(bytes, (key) => {
      expect(drawing(key)).toEqual(drawing(Uint8Array.from(key)));
      expect(drawing(key).description).toMatch(/^\w+ [\w ]+ on a \w+ (disc|tile|hexagon)$/);
    }),
  );
});

test("there are thousands of different marks", () => {
  const pictures = new Set<string>();
  let state = 1;
  for (let i = 0; i < 20_000; i++) {
    const key = Uint8Array.from({ length: 32 }, () => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return state >>> 24;
    });
    pictures.add(JSON.stringify(drawing(key)));
  }
  expect(pictures.size).toBeGreaterThan(2_000);
});

test("a QR code is drawn module by module", () => {
  expect(
    squares([
      [true, true, false],
      [false, false, true],
    ]),
  ).toBe("M0 0h2v1h-2zM2 1h1v1h-1z");
});
