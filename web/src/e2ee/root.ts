/**
 * The root: what somebody who has both link and password can compute, and nobody else (docs/PROTOCOL.md, section 6).
 *
 * Invariant: in a page it is computed in a worker, which is terminated as soon as it is done or not wanted any more.
 */
import type { OnProgress } from "./argon2";
import type { RootAnswer, RootRequest } from "./argon2.worker";
import { type Bytes, concat, utf8 } from "./bytes";
import { E2eeError } from "./error";
import type { Invitation } from "./link";
import { preparePassword } from "./password";
import { argon2WorkerUrl } from "./worker-url";

/** How to follow and to stop a derivation. */
export interface DeriveOptions {
  /** Called with the share that is done, 0 to 1. */
  readonly onProgress?: OnProgress;
  /** Ends it: the promise rejects with "cancelled". */
  readonly signal?: AbortSignal;
}

/** Compute the root from a typed password. Throws "password" if it is empty or too long. */
export async function deriveRoot(
  password: string,
  invitation: Invitation,
  options: DeriveOptions = {},
): Promise<Bytes> {
  const request = {
    password: utf8(preparePassword(password)),
    salt: concat(invitation.linkSecret, invitation.roomId),
  };
  try {
    if (options.signal?.aborted) throw cancelled();
    // In Node there is no worker, and nobody whose screen would freeze. Builds for browsers drop that branch.
    if (import.meta.env.SSR) {
      const { argon2id } = await import("./argon2");
      return await argon2id(request.password, request.salt, options.onProgress ?? (() => {}));
    }
    return await inWorker(request, options);
  } finally {
    request.password.fill(0);
  }
}

function inWorker(request: RootRequest, { onProgress, signal }: DeriveOptions): Promise<Bytes> {
  return new Promise<Bytes>((resolve, reject) => {
    const worker = new Worker(argon2WorkerUrl(), { type: "module" });
    const cancel = (): void => settle(() => reject(cancelled()));
    const settle = (finish: () => void): void => {
      signal?.removeEventListener("abort", cancel);
      worker.terminate();
      finish();
    };
    worker.onmessage = ({ data }: MessageEvent<RootAnswer>) => {
      if ("progress" in data) onProgress?.(data.progress);
      else if ("root" in data) settle(() => resolve(data.root));
      else settle(() => reject(failed(data.failed)));
    };
    // A script that does not arrive is no error of a script.
    worker.onerror = (event) => {
      const why = event instanceof ErrorEvent ? "unsupported" : "absent";
      settle(() => reject(failed(why)));
    };
    signal?.addEventListener("abort", cancel);
    worker.postMessage(request);
  });
}

function cancelled(): E2eeError {
  return new E2eeError("cancelled", "the derivation of the root was cancelled");
}

function failed(why: "absent" | "unsupported"): E2eeError {
  return why === "absent"
    ? new E2eeError("absent", "the script that derives the root did not arrive")
    : new E2eeError(
        "unsupported",
        "the browser could not derive the root; it needs workers and 19 MiB of memory",
      );
}
