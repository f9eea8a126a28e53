/** Public lists of payloads, one to a line, in the folder that machines of this project share; no part of this repository. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const FOLDER = fileURLToPath(new URL("../../../../shared/data/xss/", import.meta.url));

/** The lines of all files there, each once; none where there is no such folder. */
export function corpus(): string[] {
  if (!existsSync(FOLDER)) return [];
  const files = readdirSync(FOLDER, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  const lines = files.flatMap((file) => readFileSync(file, "utf8").split("\n"));
  return [...new Set(lines.filter((line) => line.trim() !== ""))];
}
