/** The cases of vectors/e2ee that both implementations are held to; bytes are hex. */
import { readFileSync } from "node:fs";

export type Bytes = Uint8Array<ArrayBuffer>;

/** The cases of one file. An empty file would prove nothing. */
export function vectors<T>(file: string): (T & { readonly name: string })[] {
  const url = new URL(`../../../vectors/e2ee/${file}.json`, import.meta.url);
  const cases = JSON.parse(readFileSync(url, "utf8"));
  if (!Array.isArray(cases) || cases.length === 0) throw new Error(`no cases in ${file}.json`);
  return cases;
}

export const unhex = (hex: string): Bytes => new Uint8Array(Buffer.from(hex, "hex"));
export const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");
