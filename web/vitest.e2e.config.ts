import { defineConfig } from "vitest/config";
import { assetsInclude } from "./vite.config";

/** They measure how long something takes: nothing else may run meanwhile. */
const ALONE = ["e2e/responsiveness.test.ts", "e2e/work.test.ts", "e2e/rich/**"];

const ALL = ["e2e/**/*.test.ts"];

export default defineConfig({
  assetsInclude,
  test: {
    environment: "node",
    testTimeout: 120_000,
    hookTimeout: 120_000,
    retry: 0,
    pool: "forks",
    maxWorkers: 2,
    minWorkers: 1,
    projects: [
      {
        extends: true,
        test: {
          name: "together",
          include: ALL,
          exclude: ALONE,
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: {
          name: "alone",
          include: ALONE.map((path) => path.replace("**", "*.test.ts")),
          poolOptions: { forks: { singleFork: true } },
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
