/**
 * Makes packages smaller when they are bundled, without another meaning.
 *
 * Invariant: a package that no longer looks as expected here ends the build; nothing is left out by accident.
 */
import type { Plugin } from "vite";

/** Replaces exactly one occurrence. */
function once(code: string, found: string | RegExp, by: string): string {
  const parts = code.split(found);
  if (parts.length !== 2) throw new Error(`${found} is not there once: look at vite.smaller.ts`);
  return parts.join(by);
}

/** The 2048 words in order: each as the number of letters it shares with the one before, and the rest of it. */
export function packWords(words: readonly string[]): string {
  let before = "";
  const packed = words.map((word) => {
    let shared = 0;
    while (shared < 9 && word[shared] === before[shared] && shared < before.length) shared += 1;
    before = word;
    return `${shared}${word.slice(shared)}`;
  });
  return packed.join("");
}

/** The word list by `packWords`, and what unpacks it. */
function smallerWordList(code: string): string {
  const words = /`([a-z\n]+)`/.exec(code)?.[1]?.split("\n") ?? [];
  if (words.length !== 2048) throw new Error("not the word list: look at vite.smaller.ts");
  return `let before = "";
export const wordlist = ${JSON.stringify(packWords(words))}.match(/\\d\\D+/g).map(
  (part) => (before = before.slice(0, part[0]) + part.slice(1)),
);`;
}

/** Rules and settings that `src/rich/markdown.ts` does not use, or replaces (`entity`); without them they are not bundled. */
function smallerMarkdown(code: string): string {
  const left = once(
    once(code, '["entity", entity]', '["entity", null]'),
    /,\n\tzero: \{[\s\S]*?\n\};/,
    "\n};",
  );
  return [
    '["strip_references", strip_references],',
    '["code", code],',
    '["reference", reference],',
    '["linkify", linkify$1],',
    '["replacements", replace],',
    '["smartquotes", smartquotes],',
    '["linkify", linkify],',
  ].reduce((rest, rule) => once(rest, rule, ""), left);
}

const TRANSFORMS: readonly (readonly [RegExp, (code: string) => string])[] = [
  [/@scure\/bip39\/wordlists\/english\.js$/, smallerWordList],
  [/markdown-it\/dist\/markdown-it\.mjs$/, smallerMarkdown],
];

export function smaller(): Plugin {
  return {
    name: "smaller",
    enforce: "pre",
    transform(code, id) {
      const by = TRANSFORMS.find(([path]) => path.test(id))?.[1];
      return by === undefined ? undefined : { code: by(code), map: null };
    },
    /** The curves, which few browsers load, need SHA-512: from a copy of their own, which the others need not load. */
    async resolveId(source, importer) {
      const isCurves = importer !== undefined && /@noble\/curves\/\w+\.js$/.test(importer);
      if (!isCurves || source !== "@noble/hashes/sha2.js") return undefined;
      const resolved = await this.resolve(source, importer, { skipSelf: true });
      return resolved && { ...resolved, id: `${resolved.id}?curves` };
    },
  };
}
