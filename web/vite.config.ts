import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";
import { smaller } from "./vite.smaller";

/** What markdown-it brings along and browsers have already; each file says what it stands in for. */
const markdownItPart = (name: string) =>
  fileURLToPath(new URL(`src/rich/markdown-it-parts/${name}.ts`, import.meta.url));

/** Written into scripts where they are asked for so (`?inline`). */
export const assetsInclude = ["**/*.wasm"];

/** Names for chunks by what they are for; `scripts/check-size.mjs` knows them. */
const CHUNKS: readonly (readonly [RegExp, string])[] = [
  [/@noble\/hashes\/argon2\.js$/, "argon2-js"],
  [/src\/rich\/index\.ts$/, "rich"],
  [/uqr\//, "qr"],
];
function chunkFileNames({ moduleIds }: { readonly moduleIds: readonly string[] }): string {
  const named = CHUNKS.find(([path]) => moduleIds.some((id) => path.test(id)));
  return `assets/${named?.[1] ?? "[name]"}-[hash].js`;
}

export default defineConfig({
  assetsInclude,
  plugins: [smaller()],
  resolve: {
    alias: {
      entities: markdownItPart("entities"),
      "linkify-it": markdownItPart("linkify-it"),
      mdurl: markdownItPart("mdurl"),
      "punycode.js": markdownItPart("punycode"),
      "uc.micro": markdownItPart("uc-micro"),
    },
  },
  esbuild: { jsx: "automatic", jsxImportSource: "preact" },
  build: {
    target: "es2022",
    // The oldest browsers with everything else the page needs: nested rules are written out for them.
    cssTarget: ["chrome111", "edge111", "firefox114", "safari16.4"],
    outDir: "dist",
    // No inlined assets: the content security policy has no `data:`.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    sourcemap: false,
    rollupOptions: {
      output: { chunkFileNames },
      // What only names the parts of a layer does nothing by itself: a page takes the parts it uses.
      treeshake: {
        moduleSideEffects: (id) => !/\/src\/(?:e2ee|session|wire)\/index\.ts$/.test(id),
      },
    },
    // Smaller than esbuild's by three kilobytes of what is sent.
    minify: "terser",
    terserOptions: {
      module: true,
      compress: { ecma: 2020, passes: 3, pure_getters: true },
      format: { comments: false },
    },
  },
  worker: { format: "es", rollupOptions: { output: { chunkFileNames } } },
  test: {
    include: ["tests/**/*.test.ts"],
    // These need the Rust peer (`npm run interop`) or the relay (`npm run integration`).
    exclude: ["tests/interop/**", "tests/session/relay/**"],
    environment: "node",
  },
} as Parameters<typeof defineConfig>[0]);
