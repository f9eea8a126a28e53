/**
 * Reads the whole readable memory of another process (Linux), to look for what must not be there.
 */
import { closeSync, openSync, readFileSync, readSync } from "node:fs";
import { findNeedles, type Needle } from "./needles";

/** Read in pieces that overlap, so that a secret across the edge of two pieces is found. */
const PIECE = 8 << 20;
const OVERLAP = 4096;

/** Which needles stand in the memory of the process, and how many bytes were searched. */
export function searchMemory(
  pid: number,
  needles: readonly Needle[],
): { found: string[]; bytes: number } {
  const memory = openSync(`/proc/${pid}/mem`, "r");
  const buffer = Buffer.alloc(PIECE);
  const found = new Set<string>();
  let bytes = 0;
  try {
    for (const [start, end] of regions(pid)) {
      for (let at = start; at < end; at += PIECE - OVERLAP) {
        const length = read(memory, buffer, Math.min(PIECE, end - at), at);
        bytes += length;
        for (const hit of findNeedles(needles, buffer.subarray(0, length))) found.add(hit);
      }
    }
  } finally {
    closeSync(memory);
  }
  return { found: [...found].sort(), bytes };
}

/** A copy of the readable memory of the process, without what is zero. */
export function copyMemory(pid: number): Buffer[] {
  const memory = openSync(`/proc/${pid}/mem`, "r");
  const zeros = Buffer.alloc(PIECE);
  const copies: Buffer[] = [];
  try {
    for (const [start, end] of regions(pid)) {
      for (let at = start; at < end; at += PIECE - OVERLAP) {
        const buffer = Buffer.alloc(Math.min(PIECE, end - at));
        const length = read(memory, buffer, buffer.length, at);
        if (!buffer.equals(zeros.subarray(0, buffer.length)))
          copies.push(buffer.subarray(0, length));
      }
    }
  } finally {
    closeSync(memory);
  }
  return copies;
}

/** The readable mappings of a process, without the kernel's own pages. */
function regions(pid: number): [number, number][] {
  const lines = readFileSync(`/proc/${pid}/maps`, "utf8").trim().split("\n");
  return lines.flatMap((line): [number, number][] => {
    const [, start, end, rights, rest] =
      /^([0-9a-f]+)-([0-9a-f]+) (\S+) \S+ \S+ \S+ *(.*)$/.exec(line) ?? [];
    if (
      start === undefined ||
      end === undefined ||
      !rights?.startsWith("r") ||
      rest?.startsWith("[v")
    )
      return [];
    return [[Number.parseInt(start, 16), Number.parseInt(end, 16)]];
  });
}

/** A mapping may go away between listing and reading; that piece then counts as empty. */
function read(file: number, buffer: Buffer, length: number, at: number): number {
  try {
    return readSync(file, buffer, 0, length, at);
  } catch {
    return 0;
  }
}
