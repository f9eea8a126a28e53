/** The length of a message is counted as the protocol counts it: in bytes of UTF-8. */
import { expect, test } from "vitest";
import { bytesOver } from "../../src/ui/room/message-size";

test("65536 bytes fit, one more does not", () => {
  expect(bytesOver("a".repeat(65_536))).toBe(0);
  expect(bytesOver("a".repeat(65_537))).toBe(1);
});

test("characters beyond ASCII count what they take", () => {
  expect(bytesOver("é".repeat(32_768))).toBe(0);
  expect(bytesOver("é".repeat(32_769))).toBe(2);
  expect(bytesOver("🕯".repeat(16_385))).toBe(4);
});
