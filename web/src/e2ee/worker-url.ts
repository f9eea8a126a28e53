/**
 * The address of the worker as the page's content security policy wants it (`require-trusted-types-for 'script';
 * trusted-types sanctuary`): from the one policy there is, which lets this one address through and nothing else.
 */
import url from "./argon2.worker.ts?worker&url";
import { E2eeError } from "./error";

interface TrustedTypes {
  createPolicy(
    name: string,
    rules: { createScriptURL(url: string): string },
  ): { createScriptURL(url: string): unknown };
}

let trusted: string | undefined;

/** The worker's address. In browsers without Trusted Types it is a plain string. */
export function argon2WorkerUrl(): string {
  trusted ??= makeTrusted();
  return trusted;
}

function makeTrusted(): string {
  const types = (globalThis as { trustedTypes?: TrustedTypes }).trustedTypes;
  if (types === undefined) return url;
  const policy = types.createPolicy("sanctuary", {
    createScriptURL(asked) {
      if (asked !== url) throw new E2eeError("unsupported", "only our own worker may be started");
      return asked;
    },
  });
  // The Worker constructor takes a TrustedScriptURL, which TypeScript's DOM types do not know.
  return policy.createScriptURL(url) as string;
}
