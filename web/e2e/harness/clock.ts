/**
 * The relay's clock, driven from a test: see clock.c. The binary under test is the product's own, unchanged.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { endianness, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const source = fileURLToPath(new URL("./clock.c", import.meta.url));

/** A clock that a relay is started with. */
export class Clock {
  readonly #folder = mkdtempSync(join(tmpdir(), "sanctuary-clock-"));
  readonly #file = join(this.#folder, "ahead");
  #aheadS = 0;

  constructor() {
    this.#write();
    const library = this.#library;
    execFileSync("cc", ["-shared", "-fPIC", "-O1", "-o", library, source]);
  }

  get #library(): string {
    return join(this.#folder, "clock.so");
  }

  /** What the relay's process needs in its environment. */
  get env(): Record<string, string> {
    return { LD_PRELOAD: this.#library, E2E_CLOCK: this.#file };
  }

  /** Lets time pass for the relay at once. */
  advance(seconds: number): void {
    this.#aheadS += seconds;
    this.#write();
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #write(): void {
    const bytes = Buffer.alloc(8);
    if (endianness() === "LE") bytes.writeBigInt64LE(BigInt(this.#aheadS));
    else bytes.writeBigInt64BE(BigInt(this.#aheadS));
    // Written in place: the relay has this very file mapped.
    writeFileSync(this.#file, bytes, { flag: this.#aheadS === 0 ? "w" : "r+" });
  }
}
