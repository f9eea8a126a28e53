import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";

/** What markdown-it brings along and browsers have already; each file says what it stands in for. */
const markdownItPart = (name: string) =>
  fileURLToPath(new URL(`src/rich/markdown-it-parts/${name}.ts`, import.meta.url));

export default defineConfig({
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
  },
  worker: { format: "es" },
  test: {
    include: ["tests/**/*.test.ts"],
    // These need the Rust peer (`npm run interop`) or the relay (`npm run integration`).
    exclude: ["tests/interop/**", "tests/session/relay/**"],
    environment: "node",
  },
} as Parameters<typeof defineConfig>[0]);
