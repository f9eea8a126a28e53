import { defineConfig } from "vite";

export default defineConfig({
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
