/**
 * The worker for what takes long, so that the page stays alive: Argon2id, and the work that a relay under load demands. One
 * worker computes one thing and is terminated; its response has a content security policy of its own, which alone may
 * compile WebAssembly.
 */
import { argon2id } from "./argon2";
import type { Bytes } from "./bytes";

/** What the page sends: once, at the start. */
export interface RootRequest {
  readonly password: Bytes;
  readonly salt: Bytes;
}

/** What the worker answers: any number of times `progress`, then one of the others. */
export type RootAnswer =
  | { readonly progress: number }
  | { readonly root: Bytes }
  | { readonly failed: "absent" | "unsupported" };

/** What the page sends instead for work. */
export interface WorkRequest {
  readonly challenge: Bytes;
  readonly bits: number;
}

/** What the worker answers to it, as above. */
export type WorkAnswer =
  | { readonly progress: number }
  | { readonly solutions: Bytes }
  | { readonly failed: true };

const scope = globalThis as unknown as DedicatedWorkerGlobalScope;

scope.onmessage = async ({ data }: MessageEvent<RootRequest | WorkRequest>) => {
  if ("challenge" in data) await work(data);
  else await root(data);
  scope.close();
};

async function work({ challenge, bits }: WorkRequest): Promise<void> {
  const answer = (a: WorkAnswer): void => scope.postMessage(a);
  try {
    const { findWork } = await import("./work");
    answer({ solutions: await findWork(challenge, bits, (progress) => answer({ progress })) });
  } catch {
    answer({ failed: true });
  }
}

async function root(data: RootRequest): Promise<void> {
  const answer = (a: RootAnswer): void => scope.postMessage(a);
  try {
    const root = await argon2id(data.password, data.salt, (progress) => answer({ progress }));
    answer({ root });
    root.fill(0);
  } catch (error) {
    // That is what a script that does not arrive is, in all browsers.
    answer({ failed: error instanceof TypeError ? "absent" : "unsupported" });
  } finally {
    data.password.fill(0);
  }
}
