/**
 * What a tab keeps so that it can come back after a refresh (docs/PROTOCOL.md, section 10), as whoever has the device's
 * disk would use it: found in the files of a profile, and tried on the relay.
 */
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { WebSocket } from "ws";
import { type Capsule, KEPT_BYTES, SessionKeys } from "../../src/e2ee";
import { decodeRelayFrame, encodeClientFrame, type RelayFrame } from "../../src/wire";

/** A text of hex digits of the right length, in one byte each or, as Chromium stores it, in two. */
const KEPT = new RegExp(`(?:[0-9a-f]\\0?){${2 * KEPT_BYTES}}`, "g");

/** Everything below the folder that looks like what a tab keeps, and where it stands. */
export function keptBelow(folder: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    for (const [text] of read(path).matchAll(KEPT))
      found.set(text.replaceAll("\0", ""), path.slice(folder.length));
  }
  return found;
}

/** The bytes as characters; a browser that runs may have removed the file meanwhile. */
function read(path: string): string {
  try {
    return readFileSync(path, "latin1");
  } catch {
    return "";
  }
}

/** What the relay gave to somebody who came with that. */
export type Resumption =
  | { readonly answer: "resumed"; readonly capsule: Capsule }
  | { readonly answer: "gone" };

/** Tries to resume a session with what was kept, and to open its capsule. */
export async function tryToResume(origin: string, kept: string): Promise<Resumption> {
  const keys = await SessionKeys.fromKept(Buffer.from(kept, "hex"));
  const socket = new WebSocket(`${origin.replace("http", "ws")}/ws`, { origin });
  try {
    const hello = await next(socket);
    if (hello.type !== "Hello") throw new Error(`greeted with ${hello.type}`);
    const signature = await keys.signResume(hello.nonce);
    const answered = next(socket);
    const resume = { type: "Resume", sessionKey: keys.publicKey, signature, lastSeq: 0n } as const;
    socket.send(encodeClientFrame(resume));
    const answer = await answered;
    if (answer.type === "Resumed")
      return { answer: "resumed", capsule: await keys.openCapsule(answer.capsule) };
    if (answer.type === "Refused" && answer.reason === "gone") return { answer: "gone" };
    throw new Error(`answered with ${answer.type}`);
  } finally {
    socket.terminate();
  }
}

async function next(socket: WebSocket): Promise<RelayFrame> {
  const [message] = await once(socket, "message");
  return decodeRelayFrame(new Uint8Array(message));
}
