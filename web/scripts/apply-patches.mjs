/**
 * Applies the patches in `patches/` to the packages in `node_modules`: the explicit step after `npm ci --ignore-scripts`.
 *
 * A patch is named `PACKAGE-VERSION.patch`, a unified diff with paths inside the package. Invariants:
 * - Strict: the package must have that very version and every line of context must stand where the patch says; there is
 *   no fuzz and no offset, so that a patch never lands where its author has not looked. Whatever does not fit ends
 *   with exit status 1 and changes nothing.
 * - Idempotent: a patch whose result is already there is left alone.
 * - Needs neither git nor patch(1), which slim container images lack.
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const web = new URL("../", import.meta.url);

/** Split a unified diff into `{ path, hunks: [{ oldStart, newStart, before, after }] }`, one entry per file. */
export function parsePatch(text) {
  const files = [];
  let hunk;
  for (const line of text.split("\n")) {
    if (line.startsWith("+++ ")) {
      files.push({ path: line.slice(4).split("\t")[0].replace(/^b\//, ""), hunks: [] });
      hunk = undefined;
      continue;
    }
    const head = /^@@ -(\d+)(?:,\d+)? \+(\d+)(?:,\d+)? @@/.exec(line);
    if (head) {
      hunk = { oldStart: Number(head[1]), newStart: Number(head[2]), before: [], after: [] };
      files.at(-1)?.hunks.push(hunk);
      continue;
    }
    if (line.startsWith("--- ") || line.startsWith("diff ")) {
      hunk = undefined;
      continue;
    }
    if (hunk === undefined) continue;
    if (line.startsWith(" ") || line.startsWith("-")) hunk.before.push(line.slice(1));
    if (line.startsWith(" ") || line.startsWith("+")) hunk.after.push(line.slice(1));
  }
  return files;
}

/** True if all `expected` lines stand in `lines` from the 1-based line `start` on. */
const stands = (lines, start, expected) =>
  expected.every((line, i) => lines[start - 1 + i] === line);

/** The patched text, or undefined if the patch is already in. Throws if it does not fit. */
export function applyFilePatch(text, { path, hunks }) {
  const lines = text.split("\n");
  if (hunks.every((h) => stands(lines, h.newStart, h.after))) return undefined;
  // From the last hunk to the first, so that the line numbers of those before stay right.
  for (const h of [...hunks].reverse()) {
    if (!stands(lines, h.oldStart, h.before))
      throw new Error(`${path} does not match at line ${h.oldStart}`);
    lines.splice(h.oldStart - 1, h.before.length, ...h.after);
  }
  return lines.join("\n");
}

function applyPatch(file) {
  const name = /^(.+)-(\d+\.\d+\.\d+[^/]*)\.patch$/.exec(file);
  if (name === null) throw new Error("name it PACKAGE-VERSION.patch");
  const packageDir = new URL(`node_modules/${name[1].replace("+", "/")}/`, web);
  const { version } = JSON.parse(readFileSync(new URL("package.json", packageDir), "utf8"));
  if (version !== name[2])
    throw new Error(`made for version ${name[2]}, but ${version} is installed`);
  const files = parsePatch(readFileSync(new URL(`patches/${file}`, web), "utf8"));
  if (files.length === 0) throw new Error("holds no changes");
  // All results first, then the writes: a patch that does not fit changes nothing.
  const results = files.map((f) => {
    const url = new URL(f.path, packageDir);
    return { url, text: applyFilePatch(readFileSync(url, "utf8"), f) };
  });
  for (const { url, text } of results) if (text !== undefined) writeFileSync(url, text);
  return results.some(({ text }) => text !== undefined) ? "applied" : "already applied";
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const file of readdirSync(new URL("patches/", web)).filter((f) => f.endsWith(".patch"))) {
    try {
      process.stdout.write(`${file}: ${applyPatch(file)}\n`);
    } catch (e) {
      process.stderr.write(
        `${file}: ${e.message}; run \`npm ci --ignore-scripts\` and try again\n`,
      );
      process.exitCode = 1;
    }
  }
}
