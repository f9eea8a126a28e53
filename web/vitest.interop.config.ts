import { defineConfig } from "vitest/config";
import { assetsInclude } from "./vite.config";

/** Histories played between this implementation and the Rust one; needs the peer (see tests/interop/peer.ts). */
export default defineConfig({
  assetsInclude,
  test: {
    include: ["tests/interop/**/*.test.ts"],
    environment: "node",
    testTimeout: 120_000,
    retry: 0,
    maxWorkers: 2,
    minWorkers: 1,
  },
});
