import { defineConfig } from "vitest/config";
import { assetsInclude } from "./vite.config";

export default defineConfig({
  assetsInclude,
  test: {
    include: ["e2e/**/*.test.ts"],
    environment: "node",
    testTimeout: 120_000,
    hookTimeout: 120_000,
    fileParallelism: false,
    retry: 0,
  },
});
