/**
 * Work for a relay, done away from the page's own thread so that the page stays alive.
 *
 * Invariant: the worker is terminated as soon as it is done or not wanted any more.
 */
import type { OnProgress } from "./argon2";
import type { WorkAnswer, WorkRequest } from "./argon2.worker";
import type { Bytes } from "./bytes";
import { E2eeError } from "./error";
import { argon2WorkerUrl } from "./worker-url";

/** Does what a relay demands. Rejects if `signal` ends it, or if there can be no worker. */
export async function work(
  challenge: Bytes,
  bits: number,
  onProgress: OnProgress,
  signal: AbortSignal,
): Promise<Bytes> {
  signal.throwIfAborted();
  // In Node there is no worker, and nobody whose screen would freeze. Builds for browsers drop that branch.
  if (import.meta.env.SSR) {
    const { findWork } = await import("./work");
    return findWork(challenge, bits, onProgress, signal);
  }
  return inWorker({ challenge, bits }, onProgress, signal);
}

function inWorker(
  request: WorkRequest,
  onProgress: OnProgress,
  signal: AbortSignal,
): Promise<Bytes> {
  return new Promise<Bytes>((resolve, reject) => {
    const worker = new Worker(argon2WorkerUrl(), { type: "module" });
    const cancel = (): void => settle(() => reject(signal.reason));
    const settle = (finish: () => void): void => {
      signal.removeEventListener("abort", cancel);
      worker.terminate();
      finish();
    };
    worker.onmessage = ({ data }: MessageEvent<WorkAnswer>) => {
      if ("progress" in data) onProgress(data.progress);
      else if ("solutions" in data) settle(() => resolve(data.solutions));
      else settle(() => reject(failed()));
    };
    worker.onerror = () => settle(() => reject(failed()));
    signal.addEventListener("abort", cancel);
    worker.postMessage(request);
  });
}

function failed(): E2eeError {
  return new E2eeError("unsupported", "the browser could not do the work; it needs workers");
}
