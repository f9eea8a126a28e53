/**
 * The worker that computes Argon2id, so that the page stays alive. One worker computes one root and is terminated; its
 * response has a content security policy of its own, which alone may compile WebAssembly.
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
  | { readonly failed: true };

const scope = globalThis as unknown as DedicatedWorkerGlobalScope;

scope.onmessage = async ({ data }: MessageEvent<RootRequest>) => {
  const answer = (a: RootAnswer): void => scope.postMessage(a);
  try {
    const root = await argon2id(data.password, data.salt, (progress) => answer({ progress }));
    answer({ root });
    root.fill(0);
  } catch {
    answer({ failed: true });
  } finally {
    data.password.fill(0);
    scope.close();
  }
};
