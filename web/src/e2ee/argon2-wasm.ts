/**
 * Argon2id of OpenPGP.js in WebAssembly: with vector instructions where the browser has them, else without, which is
 * loaded only then. Both are a few kilobytes, and stand in the script: a worker may request nothing.
 */
import simd from "argon2id/dist/simd.wasm?inline";
import setup, { type computeHash } from "argon2id/lib/setup.js";

type Load = Parameters<typeof setup>[0];

/** From a `data:` address of Base64, without requesting it: no content security policy allows that. */
function bytesOf(address: string): Uint8Array<ArrayBuffer> {
  const text = atob(address.slice(address.indexOf(",") + 1));
  return Uint8Array.from(text, (c) => c.charCodeAt(0));
}

const withVectors: Load = (imports) => WebAssembly.instantiate(bytesOf(simd), imports);
const without: Load = async (imports) => {
  const { default: plain } = await import("argon2id/dist/no-simd.wasm?inline");
  return WebAssembly.instantiate(bytesOf(plain), imports);
};

/** The function, with memory of its own. */
export function load(): Promise<computeHash> {
  return setup(withVectors, without);
}
