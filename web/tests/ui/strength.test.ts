/** The strength hint: honest about what is weak, and never lower for a longer password made of the same things. */
import { describe, expect, test } from "vitest";
import { estimateBits, GENERATED_BITS, rate } from "../../src/ui/start/strength";

const levelOf = (password: string) => rate(password, undefined).level;

describe("what everybody guesses first is weak", () => {
  test.each([
    "password",
    "P@ssw0rd",
    "Passw0rd123!",
    "sunshine42",
    "qwertyuiop",
    "1234567890",
    "aaaaaaaaaaaaaaaa",
    "20241999",
    "letmein!",
    "abcabcabcabc",
    "-".repeat(40),
    "Ada1987",
  ])("%s", (password) => {
    expect(levelOf(password)).toBe("weak");
  });
});

describe("what nobody guesses is strong", () => {
  test.each(["xK9#mP2$vL5qT!", "qxzvkwpjrtmnbgh", "tango ivory lantern cable orbit maple"])(
    "%s",
    (password) => {
      expect(levelOf(password)).toBe("strong");
    },
  );
});

test("four common words are fair", () => {
  expect(levelOf("correct horse battery staple")).toBe("fair");
});

test("nothing but white space is nothing", () => {
  expect(rate("  ", undefined)).toEqual({ level: "none", bits: 0 });
});

test("a generated passphrase counts what it is, until it is changed", () => {
  const generated = "undo-fashion-pool-expect-genre-whale";
  expect(rate(generated, generated)).toEqual({ level: "strong", bits: GENERATED_BITS });
  expect(rate(generated.slice(0, 4), generated).level).toBe("weak");
});

test("repeating a password adds next to nothing", () => {
  const once = estimateBits("marble ladder");
  expect(estimateBits("marble ladder marble ladder")).toBeLessThan(once + 6);
});

test("words in other scripts are counted with care", () => {
  expect(levelOf("пароль")).toBe("weak");
});
