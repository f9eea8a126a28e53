/** The step that patches packages: strict, idempotent, and done. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
// @ts-expect-error: a script without types
import { applyFilePatch, parsePatch } from "../../scripts/apply-patches.mjs";

const PATCH = `--- a/dist/poem.js
+++ b/dist/poem.js
@@ -1,3 +1,4 @@
 one
+one and a half
 two
-three
+drei
@@ -6,2 +7,2 @@
 six
-seven
+sieben
`;
const BEFORE = "one\ntwo\nthree\nfour\nfive\nsix\nseven\n";
const AFTER = "one\none and a half\ntwo\ndrei\nfour\nfive\nsix\nsieben\n";

describe("a patch", () => {
  const [file] = parsePatch(PATCH);

  test("is applied where it fits", () => {
    expect(file.path).toBe("dist/poem.js");
    expect(applyFilePatch(BEFORE, file)).toBe(AFTER);
  });

  test("is left alone where it was applied", () => {
    expect(applyFilePatch(AFTER, file)).toBeUndefined();
  });

  test.each([
    ["another line", BEFORE.replace("two", "zwei")],
    ["a line that moved", `zero\n${BEFORE}`],
    ["half of it applied", BEFORE.replace("seven", "sieben")],
    ["nothing", ""],
  ])("that meets %s is refused", (_, text) => {
    expect(() => applyFilePatch(text, file)).toThrow("does not match");
  });
});

test("all patches are in", () => {
  const script = fileURLToPath(new URL("../../scripts/apply-patches.mjs", import.meta.url));
  const output = execFileSync(process.execPath, [script], { encoding: "utf8" });
  expect(output).toBe("ts-mls-1.6.4.patch: already applied\n");
});

test("each hunk of a patch has its reason beside it", () => {
  const read = (name: string) =>
    readFileSync(new URL(`../../patches/${name}`, import.meta.url), "utf8");
  const hunks = read("ts-mls-1.6.4.patch").match(/^@@ .*$/gm) ?? [];
  const readme = read("README.md");
  expect(hunks.length).toBeGreaterThan(0);
  for (const hunk of hunks) expect(readme).toContain(hunk.replaceAll("@", "").trim());
});
