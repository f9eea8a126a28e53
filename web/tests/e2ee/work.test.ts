/** The search for work, and that what it finds is what docs/PROTOCOL.md says, by another SHA-256. */
import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { findWork } from "../../src/e2ee/work";
import { hasZeroBits, workInput } from "../../src/wire";

const challenge = Uint8Array.from({ length: 16 }, (_, i) => i);

describe("work", () => {
  it("is eight numbers whose hashes begin with zero bits", async () => {
    const shown: number[] = [];
    const solutions = await findWork(challenge, 9, (done) => shown.push(done));
    expect(solutions).toHaveLength(64);
    for (let part = 0; part < 8; part += 1) {
      const hash = createHash("sha256")
        .update("sanctuary/1 work")
        .update(challenge)
        .update(Uint8Array.of(part))
        .update(solutions.subarray(part * 8, part * 8 + 8))
        .digest();
      expect(hash.readUInt16BE(0)).toBeLessThan(2 ** (16 - 9));
    }
    expect(shown.at(-1)).toBe(1);
  });

  it("is the same in both implementations: both count up from 0", async () => {
    const solutions = await findWork(challenge, 8, () => {});
    const hex = Buffer.from(solutions).toString("hex");
    expect(hex).toMatchInlineSnapshot(
      `"000000000000010200000000000002c50000000000000054000000000000026800000000000000440000000000000161000000000000033900000000000000ad"`,
    );
  });

  it("stops when it is not wanted any more", async () => {
    const abort = new AbortController();
    const search = findWork(challenge, 32, () => abort.abort(new Error("enough")), abort.signal);
    await expect(search).rejects.toThrow("enough");
  });

  it("counts zero bits from the front", () => {
    const hash = Uint8Array.of(0, 0b0001_0000, 0xff, 0xff);
    expect(hasZeroBits(hash, 11)).toBe(true);
    expect(hasZeroBits(hash, 12)).toBe(false);
    expect(hasZeroBits(new Uint8Array(32), 32)).toBe(true);
  });

  it("is hashed in one block", () => {
    expect(workInput(challenge).length).toBeLessThanOrEqual(55);
  });
});
