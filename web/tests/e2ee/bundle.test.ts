/** What of this layer a browser loads: one ciphersuite, no more packages than needed, and a bound on the size. */
import { gzipSync } from "node:zlib";
import { build, type Rollup } from "vite";
import { expect, test } from "vitest";
import { assetsInclude } from "../../vite.config";

/** Bytes of this layer's share of the page, minified and compressed. */
const MAX_PAGE_BYTES = 68 * 1024;

const PAGE_PACKAGES = [
  "@hpke/common",
  "@hpke/core",
  "@hpke/dhkem-x25519",
  "@hpke/hybridkem-x-wing",
  "@noble/hashes",
  "@scure/bip39",
  "mlkem",
  "ts-mls",
];

/** The packages whose code stands in a chunk. */
function packagesOf(chunk: Rollup.OutputChunk): string[] {
  const ids = Object.entries(chunk.modules).filter(([, module]) => module.renderedLength > 0);
  const names = ids.flatMap(([id]) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(id)?.[1] ?? []);
  return [...new Set(names)];
}

test("the page's share of the bundle is lean, and the rest stands in chunks of their own", async () => {
  const result = await build({
    configFile: false,
    assetsInclude,
    logLevel: "silent",
    worker: { format: "es" },
    build: {
      write: false,
      target: "es2022",
      modulePreload: { polyfill: false },
      rollupOptions: {
        input: new URL("../../src/e2ee/index.ts", import.meta.url).pathname,
        preserveEntrySignatures: "strict",
      },
    },
  });
  const { output } = (Array.isArray(result) ? result[0] : result) as Rollup.RollupOutput;
  const chunks = output.filter((o) => o.type === "chunk");
  const entry = chunks.find((chunk) => chunk.isEntry);
  const page = chunks.filter((c) => c === entry || entry?.imports.includes(c.fileName));
  expect(page.flatMap(packagesOf).sort()).toEqual(PAGE_PACKAGES);
  expect(gzipSync(page.map(({ code }) => code).join("")).length).toBeLessThan(MAX_PAGE_BYTES);
  const later = chunks.filter((chunk) => !page.includes(chunk)).map((c) => packagesOf(c).join());
  expect(later.filter(Boolean)).toEqual(["@noble/curves"]);
  // The relay gives the worker's response a policy of its own, by the name of the file.
  expect(output.filter((o) => o.fileName.includes("worker"))).toHaveLength(1);
}, 60_000);
