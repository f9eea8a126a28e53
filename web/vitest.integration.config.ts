import { defineConfig } from "vitest/config";
import { assetsInclude } from "./vite.config";

/** The session against the real relay; needs its binary (see tests/session/support/relay-process.ts). */
export default defineConfig({
  assetsInclude,
  test: {
    include: ["tests/session/relay/**/*.test.ts"],
    environment: "node",
    testTimeout: 120_000,
    hookTimeout: 30_000,
    retry: 0,
    maxWorkers: 2,
    minWorkers: 1,
  },
});
