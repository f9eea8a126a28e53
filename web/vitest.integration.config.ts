import { defineConfig } from "vitest/config";

/** The session against the real relay; needs its binary (see tests/session/support/relay-process.ts). */
export default defineConfig({
  test: {
    include: ["tests/session/relay/**/*.test.ts"],
    environment: "node",
    testTimeout: 120_000,
    hookTimeout: 30_000,
    retry: 0,
  },
});
