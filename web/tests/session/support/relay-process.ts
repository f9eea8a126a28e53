/**
 * The real relay, one process per test that wants one.
 *
 * A missing binary is a failure and never a skipped test.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

function binary(): string {
  const target = (profile: string) =>
    fileURLToPath(new URL(`../../../../target/${profile}/sanctuary`, import.meta.url));
  const places = [process.env.SANCTUARY_BIN, target("release"), target("debug")];
  const found = places.find((path) => path !== undefined && existsSync(path));
  if (found === undefined) {
    throw new Error(
      "the relay is missing: run `cargo build -p sanctuary`, or name it in SANCTUARY_BIN",
    );
  }
  return found;
}

export class RelayProcess {
  readonly #process: ChildProcess;

  private constructor(
    process: ChildProcess,
    /** Scheme, host and port. */
    readonly origin: string,
  ) {
    this.#process = process;
  }

  /** Starts a relay on a free port, or on `port`, with further options of `sanctuary serve`. */
  static async start(options: readonly string[] = [], port = 0): Promise<RelayProcess> {
    const listen = ["serve", "--listen", `127.0.0.1:${port}`, ...options];
    const process = spawn(binary(), listen, { stdio: ["ignore", "pipe", "pipe"] });
    const { stdout, stderr } = process;
    let complaint = "";
    stderr.on("data", (data) => {
      complaint += data;
    });
    for await (const line of createInterface({ input: stdout })) {
      const origin = /http:\/\/[\w.:[\]]+/.exec(line)?.[0];
      if (origin !== undefined) return new RelayProcess(process, origin);
    }
    throw new Error(`the relay did not start: ${complaint}`);
  }

  get port(): number {
    return Number(new URL(this.origin).port);
  }

  /** Ends it at once, as a crash or the power would. */
  async kill(): Promise<void> {
    await this.#end("SIGKILL");
  }

  /** Ends it as an operator would: members are told. */
  async stop(): Promise<void> {
    await this.#end("SIGTERM");
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    const exit = once(this.#process, "exit");
    this.#process.kill(signal);
    await exit;
  }
}
