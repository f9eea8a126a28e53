/**
 * The TypeScript decoders on what the fuzzer found for the Rust ones (`fuzz/corpus`): they take the same inputs
 * (`vectors/verdicts`), encode what they took to the same bytes, and fail in no way but their own. Then the same on
 * inputs that are near those, made at random.
 */
import { readdirSync, readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { requireAlias } from "../src/e2ee/alias";
import { E2eeError } from "../src/e2ee/error";
import { formatLink, parseLink } from "../src/e2ee/link";
import { decodeMessage, encodeMessage } from "../src/e2ee/message";
import { preparePassword } from "../src/e2ee/password";
import {
  decodeCommitContent,
  decodeGroupState,
  decodeRekey,
  encodeCommitContent,
  encodeGroupState,
  encodeRekey,
} from "../src/e2ee/payload";
import { requireRoomName } from "../src/e2ee/room-name";
import { decodeEntry, encodeEntry } from "../src/e2ee/roster";
import { decodeCapsule, encodeCapsule } from "../src/e2ee/session-keys";
import {
  decodeClientFrame,
  decodeRelayFrame,
  encodeClientFrame,
  encodeRelayFrame,
  WireError,
} from "../src/wire";

type Bytes = Uint8Array<ArrayBuffer>;

/** Decodes and encodes again; `undefined` where there is nothing to compare. Throws if the bytes are not taken. */
type Again = (bytes: Bytes) => Uint8Array | string | undefined;

const text = (bytes: Bytes): string =>
  new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);

const decoders: Record<string, Again> = {
  alias: (bytes) => requireAlias(text(bytes)),
  capsule: (bytes) => encodeCapsule(decodeCapsule(bytes)),
  client_frame: (bytes) => encodeClientFrame(decodeClientFrame(bytes)),
  commit_content: (bytes) => encodeCommitContent(decodeCommitContent(bytes)),
  group_state: (bytes) => encodeGroupState(decodeGroupState(bytes)),
  link: (bytes) => {
    const link = parseLink(text(bytes));
    if (link === undefined) throw new E2eeError("encoding", "no link");
    expect(text(bytes)).toContain(formatLink(link.origin, link));
    return undefined;
  },
  message: (bytes) => {
    const message = decodeMessage(bytes);
    return message.kind === "unknown" ? undefined : encodeMessage(message);
  },
  password: (bytes) => {
    const prepared = preparePassword(text(bytes));
    expect(preparePassword(prepared)).toBe(prepared);
    return undefined;
  },
  rekey: (bytes) => encodeRekey(decodeRekey(bytes)),
  relay_frame: (bytes) => encodeRelayFrame(decodeRelayFrame(bytes)),
  room_name: (bytes) => requireRoomName(text(bytes)),
  roster_entry: (bytes) => encodeEntry(decodeEntry(bytes)),
};

const root = new URL("../../", import.meta.url);
const corpus = (name: string) => new URL(`fuzz/corpus/${name}/`, root);
const inputs = (name: string): [string, Bytes][] =>
  readdirSync(corpus(name)).map((file) => [
    file,
    new Uint8Array(readFileSync(new URL(file, corpus(name)))),
  ]);

/** Errors that a decoder may throw; text that is no UTF-8 is a `TypeError` of the platform. */
const isExpected = (error: unknown): boolean =>
  error instanceof WireError || error instanceof E2eeError || error instanceof TypeError;

/** Whether the bytes are taken; then they are the one encoding of what they mean. */
function takes(again: Again, bytes: Bytes): boolean {
  let encoded: Uint8Array | string | undefined;
  try {
    encoded = again(bytes);
  } catch (error) {
    if (!isExpected(error)) throw error;
    return false;
  }
  if (typeof encoded === "string") expect(encoded).toBe(text(bytes));
  else if (encoded !== undefined) expect(Buffer.from(encoded).equals(bytes)).toBe(true);
  return true;
}

describe.each(Object.entries(decoders))("%s", (name, again) => {
  test("takes what the Rust decoder takes, and nothing else", () => {
    const verdicts = readFileSync(new URL(`vectors/verdicts/${name}.txt`, root), "utf8");
    const taken = inputs(name).filter(([, bytes]) => takes(again, bytes));
    expect(taken.map(([file]) => file).sort()).toEqual(verdicts.split("\n").filter(Boolean));
    expect(taken.length).toBeGreaterThan(0);
  });

  test("takes nothing in two encodings, and fails in its own way only", () => {
    const known = inputs(name).map(([, bytes]) => bytes);
    const edit = fc.record({
      input: fc.constantFrom(...known),
      at: fc.nat(),
      kind: fc.constantFrom("change", "cut", "insert"),
      byte: fc.integer({ min: 0, max: 255 }),
    });
    fc.assert(
      fc.property(edit, ({ input, at, kind, byte }) => {
        const place = at % (input.length + 1);
        if (kind === "cut") return void takes(again, input.slice(0, place));
        const rest = input.subarray(kind === "change" ? place + 1 : place);
        takes(again, Uint8Array.from([...input.subarray(0, place), byte, ...rest]));
      }),
      { numRuns: Number(process.env.FUZZ_RUNS ?? 2000) },
    );
  });
});
