/**
 * What is left in a relay's memory of what passed through it. A copy of the memory is taken first, in one go, and searched
 * afterwards: what must be gone within a second cannot wait for a search.
 */
import { decodeClientFrame, decodeRelayFrame } from "../../src/wire";
import type { Message } from "./wiretap";

/** Length of the pieces that are looked for. Shorter ones would be found by chance. */
const PIECE = 16;
/** A piece is taken of every so many bytes of a payload. */
const STRIDE = 64;

/** What the relay was given: by the name of frame and field, the values. */
export type Holdings = ReadonlyMap<string, readonly Buffer[]>;

/** All byte strings in the frames that passed, both ways; random texts all, since they are ids, keys and ciphertext. */
export function holdings(messages: readonly Message[]): Map<string, Buffer[]> {
  const found = new Map<string, Buffer[]>();
  for (const { from, content } of messages) {
    const frame = decode(from, content);
    // What a relay greets with is its own: it is no secret of a room, and one part lives as long as the relay.
    if (frame?.type === "Hello") continue;
    for (const [field, value] of Object.entries<unknown>({ ...frame })) {
      // A room that nobody joined by now tells of itself under the same names.
      if (!(value instanceof Uint8Array) || value.length < PIECE) continue;
      const name = `${frame?.type}.${field}`;
      for (const [form, bytes] of forms(field, Buffer.from(value)))
        found.set(name + form, [...(found.get(name + form) ?? []), bytes]);
    }
  }
  return found;
}

/** A room id also passes as text, in the address of its page; whoever wrote one into a text would do it so, or in hex. */
function forms(field: string, value: Buffer): [string, Buffer][] {
  if (field !== "roomId") return [["", value]];
  return [
    ["", value],
    [" (base64url)", Buffer.from(value.toString("base64url"))],
    [" (hex)", Buffer.from(value.toString("hex"))],
  ];
}

/** Control frames of the WebSocket are none of ours. */
function decode(from: Message["from"], content: Buffer): { readonly type: string } | undefined {
  try {
    return from === "client" ? decodeClientFrame(content) : decodeRelayFrame(content);
  } catch {
    return undefined;
  }
}

/** The names of what stands in the memory, whole or in part. */
export function findRemains(memory: readonly Buffer[], held: Holdings): string[] {
  const pieces = new Map<number, { readonly name: string; readonly bytes: Buffer }[]>();
  for (const [name, values] of held) {
    for (const value of values) {
      for (let at = 0; at + PIECE <= value.length; at += STRIDE) {
        const bytes = value.subarray(at, at + PIECE);
        const key = bytes.readUInt32LE(0);
        const others = pieces.get(key) ?? [];
        pieces.set(key, [...others, { name, bytes }]);
      }
    }
  }
  const found = new Set<string>();
  for (const region of memory) {
    const view = new DataView(region.buffer, region.byteOffset, region.length);
    for (let at = 0; at + PIECE <= region.length; at++) {
      for (const { name, bytes } of pieces.get(view.getUint32(at, true)) ?? [])
        if (bytes.equals(region.subarray(at, at + PIECE))) found.add(name);
    }
  }
  return [...found].sort();
}
