/**
 * The Rust peer: a program with members of the other implementation, driven by one JSON line per request.
 *
 * A missing peer is a failure and never a skipped test: interoperability that nobody checked is not there.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

type Answer = Record<string, unknown> & { readonly i: number; readonly err?: string };

/** The peer's refusal of one request. */
export class PeerRefusal extends Error {}

function peerPath(): string {
  const target = (profile: string) =>
    fileURLToPath(new URL(`../../../target/${profile}/examples/peer`, import.meta.url));
  const places = [process.env.SANCTUARY_PEER, target("release"), target("debug")];
  const found = places.find((path) => path !== undefined && existsSync(path));
  if (found === undefined) {
    throw new Error(
      "the Rust peer is missing: run `cargo build -p sanctuary-e2ee --example peer`, or name it in SANCTUARY_PEER",
    );
  }
  return found;
}

/** One process with any number of members. */
export class Peer {
  readonly #process: ChildProcess;
  readonly #waiting = new Map<number, (answer: Answer) => void>();
  #last = 0;

  constructor() {
    this.#process = spawn(peerPath(), [], { stdio: ["pipe", "pipe", "inherit"] });
    const { stdout } = this.#process;
    if (stdout === null) throw new Error("the peer has no output");
    createInterface({ input: stdout }).on("line", (line) => {
      const answer = JSON.parse(line) as Answer;
      this.#waiting.get(answer.i)?.(answer);
      this.#waiting.delete(answer.i);
    });
    this.#process.on("exit", (code) => {
      for (const [i, answer] of this.#waiting) answer({ i, err: `the peer ended with ${code}` });
    });
  }

  /** Ask for one operation; rejects with `PeerRefusal` if the peer answers with an error. */
  ask(request: Record<string, unknown>): Promise<Record<string, unknown>> {
    this.#last += 1;
    const i = this.#last;
    return new Promise((resolve, reject) => {
      this.#waiting.set(i, (answer) => {
        if (answer.err === undefined) resolve(answer);
        else reject(new PeerRefusal(answer.err));
      });
      this.#process.stdin?.write(`${JSON.stringify({ i, ...request })}\n`);
    });
  }

  /** End the process. */
  end(): void {
    this.#process.stdin?.end();
  }
}
