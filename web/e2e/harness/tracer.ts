/**
 * Watches which system calls a program makes, by strace, and reads the list afterwards.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Whether strace is there and may trace. */
export function canTrace(): boolean {
  try {
    execFileSync("strace", ["-o", "/dev/null", "true"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

/** A call that was made and did not fail. */
export interface Call {
  readonly name: string;
  readonly text: string;
}

/** Calls that open or make files, and calls that write to a descriptor. */
const TRACED = "%file,write,writev,pwrite64,pwritev,sendto,sendmsg,sendfile,splice,dup,dup2,dup3";

export class Tracer {
  readonly #folder = mkdtempSync(join(tmpdir(), "sanctuary-trace-"));
  readonly #file = join(this.#folder, "calls");

  /** What to start the program with; `env` is for the program alone. */
  command(env: Readonly<Record<string, string>> = {}): string[] {
    const settings = Object.entries(env).flatMap(([name, value]) => ["-E", `${name}=${value}`]);
    return [
      "strace",
      "-f",
      "-qq",
      "-s",
      "64",
      "-e",
      `trace=${TRACED}`,
      "-o",
      this.#file,
      ...settings,
    ];
  }

  /** The calls so far, whole lines only. A call that another thread's line cut in two stands twice. */
  calls(): Call[] {
    return readFileSync(this.#file, "utf8")
      .split("\n")
      .flatMap((line) => {
        const [, text = "", name = ""] = /^\d+ +((?:<\.\.\. )?(\w+)[ (].*)$/.exec(line) ?? [];
        const failed = / = -1 E/.test(text);
        return name === "" || failed ? [] : [{ name, text }];
      });
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

const opens = (call: Call) => /^(open|openat|openat2|creat)$/.test(call.name);

/** Calls that open a file such that it can be written to, or make one. */
export const openedForWriting = (calls: readonly Call[]) =>
  calls.filter(
    (call) =>
      (opens(call) && /O_(WRONLY|RDWR|CREAT|TRUNC|APPEND)|^creat/.test(call.text)) ||
      /^(mkdir|mknod|rename|link|symlink|unlink|truncate)/.test(call.name),
  );

/** Calls that open a file in any way. */
export const opened = (calls: readonly Call[]) => calls.filter(opens);

/** Calls that write to standard output or standard error. */
export const printed = (calls: readonly Call[]) =>
  calls.filter(
    (call) =>
      /^(write|writev|pwrite64|pwritev|sendto|sendmsg|sendfile|splice)$/.test(call.name) &&
      /^\w+\([12],/.test(call.text) &&
      !/^write\(1, "", 0/.test(call.text),
  );
