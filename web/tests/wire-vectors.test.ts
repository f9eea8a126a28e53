/** The TypeScript wire held to `vectors/wire`, which the Rust crate is held to as well. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import {
  type Bytes,
  decodeClientFrame,
  decodeRelayFrame,
  encodeClientFrame,
  encodeRelayFrame,
  joinChallenge,
  resumeChallenge,
  WireError,
} from "../src/wire";

interface FrameCase {
  readonly name: string;
  readonly type: string;
  readonly fields: Readonly<Record<string, unknown>>;
  readonly bytes: string;
}

interface HostileCase {
  readonly name: string;
  readonly from: "client" | "relay";
  readonly bytes: string;
  readonly error: string;
}

interface ChallengeCase {
  readonly room_id: string;
  readonly nonce: string;
  readonly session_key: string;
  readonly join: string;
  readonly resume: string;
}

function load<T>(name: string): readonly T[] {
  return JSON.parse(readFileSync(new URL(`../../vectors/wire/${name}`, import.meta.url), "utf8"));
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");
const unhex = (text: string): Bytes => new Uint8Array(Buffer.from(text, "hex"));

/** A value as the vectors write it. */
function described(value: unknown): unknown {
  if (value === undefined) return null;
  if (typeof value === "bigint") return value.toString();
  if (value instanceof Uint8Array) return hex(value);
  if (Array.isArray(value)) return value.map(described);
  if (typeof value === "object" && value !== null) return describedFields(value);
  return value;
}

function describedFields(fields: object): Record<string, unknown> {
  const snake = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [snake(name), described(value)]),
  );
}

describe("client frames", () => {
  it.each(load<FrameCase>("client-frames.json"))("$name", ({ type, fields, bytes }) => {
    const { type: decoded, ...values } = decodeClientFrame(unhex(bytes));
    expect(decoded).toBe(type);
    expect(describedFields(values)).toEqual(fields);
    expect(hex(encodeClientFrame(decodeClientFrame(unhex(bytes))))).toBe(bytes);
  });
});

describe("relay frames", () => {
  it.each(load<FrameCase>("relay-frames.json"))("$name", ({ type, fields, bytes }) => {
    const { type: decoded, ...values } = decodeRelayFrame(unhex(bytes));
    expect(decoded).toBe(type);
    expect(describedFields(values)).toEqual(fields);
    expect(hex(encodeRelayFrame(decodeRelayFrame(unhex(bytes))))).toBe(bytes);
  });
});

describe("hostile frames", () => {
  it.each(load<HostileCase>("hostile-frames.json"))("$from: $name", ({ from, bytes, error }) => {
    const decode = from === "client" ? decodeClientFrame : decodeRelayFrame;
    let thrown: unknown;
    try {
      decode(unhex(bytes));
    } catch (caught) {
      thrown = caught;
    }
    expect(thrown).toBeInstanceOf(WireError);
    expect((thrown as WireError).code).toBe(error);
  });
});

it("signs the challenges of the vectors", () => {
  for (const { room_id, nonce, session_key, join, resume } of load<ChallengeCase>(
    "challenges.json",
  )) {
    expect(hex(joinChallenge(unhex(room_id), unhex(nonce), unhex(session_key)))).toBe(join);
    expect(hex(resumeChallenge(unhex(nonce), unhex(session_key)))).toBe(resume);
  }
});
