/**
 * The real binary, started as a person would start it, on a free port.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import type { Clock } from "./clock";

const product = process.env.SANCTUARY_BIN;

/** How long the binary may take to print its address, in milliseconds. */
const START_LIMIT_MS = 20_000;

export interface RelayOptions {
  /** Port to listen on; 0 or nothing takes a free one. */
  readonly port?: number;
  /** More command line arguments. */
  readonly args?: readonly string[];
  readonly clock?: Clock;
  /** Another program than the product, for the controls of proofs. */
  readonly program?: string;
  /** What to start the program with: a tracer and its arguments. */
  readonly under?: readonly string[];
  /** The tracer passes the clock on; it does not live by it. */
  readonly bareEnvironment?: boolean;
}

/** A running relay. */
export class Relay {
  private constructor(
    readonly process: ChildProcess,
    readonly port: number,
    readonly printed: () => string,
  ) {}

  /** Starts a relay and waits until it has printed its address. */
  static async start(options: RelayOptions = {}): Promise<Relay> {
    const program = options.program ?? product;
    if (program === undefined)
      throw new Error("SANCTUARY_BIN must name the binary: run `make test-e2e`");
    const args = ["serve", "--listen", `127.0.0.1:${options.port ?? 0}`, ...(options.args ?? [])];
    const [first = program, ...others] = [...(options.under ?? []), program, ...args];
    const child = spawn(first, others, {
      env: { ...process.env, ...(options.bareEnvironment ? {} : options.clock?.env) },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let printed = "";
    const port = await new Promise<number>((resolve, reject) => {
      const fail = (why: string) => reject(new Error(`the relay ${why}; it printed: ${printed}`));
      const limit = setTimeout(() => fail("printed no address"), START_LIMIT_MS);
      for (const stream of [child.stdout, child.stderr]) {
        stream.setEncoding("utf8").on("data", (text: string) => {
          printed += text;
          const address = /https?:\/\/(?:127\.0\.0\.1|localhost):(\d+)/.exec(printed);
          if (address?.[1] === undefined) return;
          clearTimeout(limit);
          resolve(Number(address[1]));
        });
      }
      child.once("error", (error) => fail(error.message));
      child.once("exit", (code) => fail(`ended with ${code}`));
    });
    return new Relay(child, port, () => printed);
  }

  get origin(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  get pid(): number {
    const { pid } = this.process;
    if (pid === undefined) throw new Error("the relay does not run");
    return pid;
  }

  /** Ends the relay: SIGTERM lets it say goodbye, SIGKILL does not. Answers with its exit code or signal. */
  async stop(signal: "SIGTERM" | "SIGINT" | "SIGKILL" = "SIGTERM"): Promise<number | string> {
    if (this.process.exitCode === null && this.process.signalCode === null) {
      const ended = once(this.process, "exit");
      this.process.kill(signal);
      await ended;
    }
    return this.process.exitCode ?? this.process.signalCode ?? "unknown";
  }
}
