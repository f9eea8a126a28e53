/**
 * An honest guess at how hard a password is to guess, in bits. Pure, small, and pessimistic on purpose: it knows words,
 * names of keys in a row, years and repetitions by their shape, not by a dictionary, and counts each as an attacker would.
 *
 * It is a hint. Passwords made by the generator are not estimated: their entropy is known.
 */

/** Six words from a list of 2048. */
export const GENERATED_BITS = 66;
/** Below this, somebody who seized the server's memory and the link could search through all such passwords. */
const FAIR_BITS = 40;
const STRONG_BITS = 60;

export type Level = "none" | "weak" | "fair" | "strong";

export interface Strength {
  readonly level: Level;
  readonly bits: number;
}

/** Among the first few hundred guesses of everybody. */
const COMMON =
  "password passwort secret letmein welcome admin login master monkey dragon sunshine princess football baseball iloveyou " +
  "qwerty qwertz azerty qwertyuiop asdf asdfgh asdfghjkl zxcvbn zxcvbnm abc abcdef abcd test hello sanctuary trustno changeme default guest";
const common = new Set(COMMON.split(" "));

const COMMON_BITS = 6;
/** A word of a large everyday vocabulary: one of 2048. */
const WORD_BITS = 11;
/** Letters one word has at most; longer runs are taken for several words. */
const WORD_LETTERS = 6;
const LETTER_BITS = 4.7;
const DIGIT_BITS = 3.3;
const SIGN_BITS = 5;
const YEAR_BITS = 7;
/** A letter beyond ASCII, taken for part of a word. */
const OTHER_BITS = 2;

const LEET: Record<string, string> = {
  "0": "o",
  "1": "l",
  "3": "e",
  "4": "a",
  "5": "s",
  "7": "t",
  "@": "a",
  $: "s",
};

/** Letters that could be read aloud: vowels in between, and no long heap of consonants. */
function looksLikeWords(letters: string): boolean {
  const vowels = letters.match(/[aeiouy]/g)?.length ?? 0;
  return vowels / letters.length >= 0.2 && !/[^aeiouy]{5}/.test(letters);
}

function lettersBits(run: string): number {
  const lower = run.toLowerCase();
  if (common.has(lower)) return COMMON_BITS;
  const everyLetter = run.length * LETTER_BITS;
  const mixed =
    lower === run ? 0 : run === run.toUpperCase() || /^.[a-z]*$/.test(run) ? 1 : run.length;
  if (!looksLikeWords(lower)) return everyLetter + mixed;
  const words = Math.max(1, run.length / WORD_LETTERS);
  return Math.min(everyLetter, words * WORD_BITS) + Math.min(mixed, 2 * words);
}

/** 1234, 8765, 1111, 2468: each digit follows from the one before. */
function isProgression(digits: string): boolean {
  const steps = [...digits].slice(1).map((digit, i) => Number(digit) - Number(digits[i]));
  return digits.length > 2 && new Set(steps).size === 1;
}

function digitsBits(run: string): number {
  if (isProgression(run)) return DIGIT_BITS + Math.log2(run.length);
  if (/^(19|20)\d\d$/.test(run)) return YEAR_BITS;
  return run.length * DIGIT_BITS;
}

function runBits(run: string): number {
  if (/^[a-z]/i.test(run)) return lettersBits(run);
  if (/^\d/.test(run)) return digitsBits(run);
  const first = run.slice(0, 1);
  const each = run.charCodeAt(0) < 128 ? SIGN_BITS : OTHER_BITS;
  return [...run].every((c) => c === first) ? each + Math.log2(run.length) : [...run].length * each;
}

/** A lower bound on the bits of a password that a person made up. */
export function estimateBits(password: string): number {
  const text = password.trim().normalize("NFC");
  const stem = text.toLowerCase().replace(/[^a-z]+$/, "");
  const plain = [...stem].map((c) => LEET[c] ?? c).join("");
  const tail = text.length - stem.length;
  if (common.has(plain)) return Math.round(COMMON_BITS + 1 + tail * 2);
  const seen = new Set<string>();
  let bits = 0;
  for (const run of text.match(/[a-z]+|\d+|\s+|[!-/:-@[-`{-~]+|[^\s!-~]+/gi) ?? []) {
    // What was there before can be guessed at the cost of saying so.
    bits += seen.has(run.toLowerCase()) || /^\s+$/.test(run) ? 1 : runBits(run);
    seen.add(run.toLowerCase());
  }
  return Math.round(bits);
}

/** How a password is rated; `generated` is the last one the generator made, if any. */
export function rate(password: string, generated: string | undefined): Strength {
  if (password.trim() === "") return { level: "none", bits: 0 };
  if (password === generated) return { level: "strong", bits: GENERATED_BITS };
  const bits = estimateBits(password);
  return { bits, level: bits < FAIR_BITS ? "weak" : bits < STRONG_BITS ? "fair" : "strong" };
}
