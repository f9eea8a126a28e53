/**
 * Holds what `vite build` made to its budgets: every script, worker, WebAssembly module and style, compressed by gzip. Fonts and
 * pictures are not counted. Ends with 1 and a table when one is exceeded.
 *
 * What browsers load only if they lack something, and what is loaded only when it is asked for, is named here and has a
 * bound of its own; whatever is not named belongs to the room.
 */
import { readdirSync, readFileSync } from "node:fs";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

/**
 * Bytes. The room's include the start page, and a conversation in which formatted messages are shown. Its goal is 150 kB; this is
 * what it takes, so that it grows no further unseen.
 */
const BUDGETS = { start: 60_000, room: 175_000, asked: 25_000, lacking: 25_000 };

/** For browsers without WebAssembly, its vector instructions, or WebCrypto's Ed25519. */
const LACKING = ["argon2-js", "_u64", "no-simd", "ed25519-fallback"];
/** Parts of the room that wait until somebody asks for them, code is shown, or the relay wants work. */
const ASKED = [
  "code",
  "formatting-bar",
  "help",
  "line-menu",
  "link-question",
  "preview",
  "removal-questions",
  "safety-phrase",
  "search-bar",
  "settings",
  "work",
];

const dist = fileURLToPath(new URL("../dist", import.meta.url));
const page = readFileSync(join(dist, "index.html"), "utf8");

/** The name that a file was given, without the letters that stand for its content. */
const nameOf = (file) => file.replace(/-[\w-]{8}\.\w+$/, "");

function partOf(file) {
  if (page.includes(file)) return "start";
  if (LACKING.includes(nameOf(file))) return "lacking";
  return ASKED.includes(nameOf(file)) ? "asked" : "room";
}

const files = readdirSync(join(dist, "assets"))
  .filter((file) => [".js", ".css", ".wasm"].includes(extname(file)))
  .map((file) => {
    const bytes = gzipSync(readFileSync(join(dist, "assets", file)), { level: 9 }).length;
    return { file, bytes, part: partOf(file) };
  })
  .toSorted((a, b) => b.bytes - a.bytes);

const sums = { start: 0, room: 0, asked: 0, lacking: 0 };
for (const { part, bytes } of files) sums[part] += bytes;
sums.room += sums.start;
// The control: a build without a start page or a room would keep every budget.
if (sums.start < 10_000 || sums.room < sums.start + 10_000) {
  process.stderr.write("the size check is broken: it finds no page\n");
  process.exit(1);
}

const over = Object.keys(BUDGETS).filter((part) => sums[part] > BUDGETS[part]);
const table = [
  ...files.map(
    ({ file, bytes, part }) => `  ${String(bytes).padStart(7)}  ${part.padEnd(8)} ${file}`,
  ),
  ...Object.entries(sums).map(
    ([part, bytes]) =>
      `${part}: ${bytes} of ${BUDGETS[part]} bytes${over.includes(part) ? ", TOO MUCH" : ""}`,
  ),
];
const told = over.length > 0 || process.argv.includes("--table") ? table : table.slice(-4);
process.stdout.write(`${told.join("\n")}\n`);
if (over.length > 0) process.exit(1);
