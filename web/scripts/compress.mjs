/**
 * Compresses what `vite build` made: beside each file in `dist` whose content shrinks stand its Brotli (`.br`) and gzip
 * (`.gz`) forms, which the server embeds and chooses from by `Accept-Encoding`.
 *
 * Invariant: the same input gives the same bytes (no times, no names), so that builds can be compared.
 */
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

/** Text, and WebAssembly; images and fonts are compressed already. */
const KINDS = new Set([
  ".css",
  ".html",
  ".js",
  ".json",
  ".mjs",
  ".svg",
  ".txt",
  ".wasm",
  ".webmanifest",
]);

const dist = fileURLToPath(new URL("../dist", import.meta.url));

for (const name of readdirSync(dist, { recursive: true })) {
  const path = join(dist, name);
  if (!KINDS.has(extname(path)) || !statSync(path).isFile()) continue;
  const plain = readFileSync(path);
  const brotli = brotliCompressSync(plain, {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
      [constants.BROTLI_PARAM_SIZE_HINT]: plain.length,
    },
  });
  const gzip = gzipSync(plain, { level: constants.Z_BEST_COMPRESSION });
  for (const [ending, bytes] of [
    [".br", brotli],
    [".gz", gzip],
  ]) {
    if (bytes.length < plain.length) writeFileSync(path + ending, bytes);
  }
}
