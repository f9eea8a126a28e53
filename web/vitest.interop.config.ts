import { defineConfig } from "vitest/config";

/** Histories played between this implementation and the Rust one; needs the peer (see tests/interop/peer.ts). */
export default defineConfig({
  test: {
    include: ["tests/interop/**/*.test.ts"],
    environment: "node",
    testTimeout: 120_000,
    retry: 0,
  },
});
