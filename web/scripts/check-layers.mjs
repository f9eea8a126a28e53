/**
 * Holds web/src to its layers: ui -> session -> {connection, e2ee} -> wire, and ui -> rich. A layer imports itself and what stands below it,
 * never above or beside. Only `main` (the entry) may import every layer. Ends with 1 and a list when a file breaks that.
 *
 * The control: the same check must find the faults in a made-up set of imports, or it proves nothing.
 */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, posix, relative } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";

/** Which layers each layer may import, besides itself. */
const below = {
  wire: [],
  e2ee: ["wire"],
  connection: ["wire"],
  session: ["connection", "e2ee", "wire"],
  rich: [],
  ui: ["session", "rich"],
};

/** The layer of a path relative to web/src, or undefined for the files that stand beside the layers. */
const layerOf = (path) => {
  const first = path.split("/")[0].replace(/\.tsx?$/, "");
  return first in below ? first : undefined;
};

/** The faults of one file: its path relative to web/src, and what it imports. */
function faults(path, imports) {
  const from = layerOf(path);
  if (from === undefined) return [];
  return imports
    .filter((specifier) => specifier.startsWith("."))
    .map((specifier) => ({ specifier, to: layerOf(posix.join(posix.dirname(path), specifier)) }))
    .filter(({ to }) => to !== from && !(to !== undefined && below[from].includes(to)))
    .map(
      ({ specifier, to }) =>
        `${path} (${from}) must not import ${specifier} (${to ?? "outside the layers"})`,
    );
}

const control = [
  ["wire/frame.ts", ["../session/session"], 1],
  ["e2ee/member.ts", ["../connection/socket", "../wire/codec", "./seal"], 1],
  ["session/session.ts", ["../ui/app", "../e2ee", "ts-mls"], 1],
  ["rich/index.ts", ["../session/types", "./purify", "markdown-it"], 1],
  ["session/texts.ts", ["../rich"], 1],
  ["ui/app.tsx", ["../wire/frame", "../session/types", "../main"], 2],
];
for (const [path, imports, expected] of control) {
  if (faults(path, imports).length !== expected) {
    process.stderr.write(`the layer check is broken: it misjudges ${path}\n`);
    process.exit(1);
  }
}

const source = join(dirname(dirname(fileURLToPath(import.meta.url))), "src");
const files = readdirSync(source, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
  .map((entry) => join(entry.parentPath ?? entry.path, entry.name));
const found = files.flatMap((file) => {
  const { importedFiles } = ts.preProcessFile(readFileSync(file, "utf8"), true, true);
  return faults(
    relative(source, file).replaceAll("\\", "/"),
    importedFiles.map((imported) => imported.fileName),
  );
});
for (const fault of found) process.stderr.write(`${fault}\n`);
if (found.length > 0) process.exit(1);
process.stdout.write(`layers hold in ${files.length} files\n`);
