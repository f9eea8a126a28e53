/** Random values and random bytes: one encoding for each value, and no failure but `WireError`. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type Bytes,
  type ClientFrame,
  decodeClientFrame,
  decodeRelayFrame,
  encodeClientFrame,
  encodeRelayFrame,
  Reader,
  type RelayFrame,
  WireError,
  Writer,
} from "../src/wire";

const exactly = (length: number): fc.Arbitrary<Bytes> =>
  fc.uint8Array({ minLength: length, maxLength: length }) as fc.Arbitrary<Bytes>;
/** Short and random, or of any length and monotonous: drawing each byte of a long one takes too long. */
const upTo = (length: number): fc.Arbitrary<Bytes> =>
  fc.oneof(
    { weight: 5, arbitrary: fc.uint8Array({ maxLength: 70 }) as fc.Arbitrary<Bytes> },
    { weight: 1, arbitrary: fc.nat(length).map((size) => new Uint8Array(size).fill(size)) },
  );
const u32 = fc.integer({ min: 0, max: 0xffff_ffff });
const u64 = fc.bigInt({ min: 0n, max: 0xffff_ffff_ffff_ffffn });

const clientFrame: fc.Arbitrary<ClientFrame> = fc.oneof(
  fc.constantFrom<ClientFrame>(
    { type: "Reserve" },
    { type: "RequestLease" },
    { type: "ReleaseLease" },
    { type: "Leave" },
    { type: "Purge" },
  ),
  fc.record({ type: fc.constant("Lookup" as const), roomId: exactly(16) }),
  fc.record({ type: fc.constant("Received" as const), seq: u64 }),
  fc.record({ type: fc.constant("Work" as const), solutions: exactly(64) }),
  fc.record({
    type: fc.constant("Create" as const),
    roomId: exactly(16),
    lifetimeS: u32,
    admissionKey: exactly(32),
    sessionKey: exactly(32),
    capsule: upTo(2048),
    sealedName: exactly(284),
    groupState: upTo(17_000),
  }),
  fc.record({
    type: fc.constant("Commit" as const),
    epoch: u64,
    commit: upTo(300),
    groupState: upTo(300),
    evicted: fc.array(u32),
    admissionKey: fc.option(exactly(32), { nil: undefined }),
    sealedName: fc.option(exactly(284), { nil: undefined }),
  }),
  fc.record({
    type: fc.constant("Message" as const),
    id: u64,
    epoch: u64,
    recipients: fc.array(u32),
    payload: upTo(17_000),
  }),
);

const presence = fc.constantFrom("here" as const, "away" as const, "gone" as const);

const relayFrame: fc.Arbitrary<RelayFrame> = fc.oneof(
  fc.record({
    type: fc.constant("Resumed" as const),
    member: u32,
    remainingMs: u32,
    epoch: u64,
    lastMessageId: u64,
    continuity: fc.constantFrom("complete" as const, "gap" as const, "fresh" as const),
    capsule: upTo(2048),
    members: fc.array(fc.record({ member: u32, presence })),
  }),
  fc.record({
    type: fc.constant("MessageRelayed" as const),
    seq: u64,
    epoch: u64,
    payload: upTo(17_000),
  }),
  fc.record({ type: fc.constant("Presence" as const), member: u32, presence }),
  fc.record({
    type: fc.constant("Delivered" as const),
    seq: u64,
    completeness: fc.constantFrom("everyone" as const, "missed" as const),
  }),
);

/** Bytes that look like a frame at first: a known type, then anything, with many short lengths. */
const hostile = fc
  .tuple(
    fc.oneof(fc.integer({ min: 1, max: 14 }), fc.integer({ min: 0x81, max: 0x92 })),
    fc.array(fc.oneof(fc.integer({ min: 0, max: 5 }), fc.integer({ min: 0, max: 255 })), {
      maxLength: 120,
    }),
  )
  .map(([type, rest]) => Uint8Array.from([type, ...rest]));

/** What `decode` makes of `bytes`; undefined for a `WireError`, and anything else is thrown on. */
function attempt<T>(decode: (bytes: Uint8Array) => T, bytes: Uint8Array): T | undefined {
  try {
    return decode(bytes);
  } catch (error) {
    if (error instanceof WireError) return undefined;
    throw error;
  }
}

/** Every way of reading, in an order that comes from the input itself. */
function readAnything(bytes: Uint8Array): void {
  const reader = new Reader(bytes);
  while (reader.remaining > 0) {
    const choice = reader.u8() % 8;
    if (choice === 0) reader.u16();
    else if (choice === 1) reader.u32();
    else if (choice === 2) reader.u64();
    else if (choice === 3) reader.fixed(reader.u8());
    else if (choice === 4) reader.vec();
    else if (choice === 5) reader.string();
    else if (choice === 6) reader.items((inner) => inner.u16());
    else reader.end();
  }
}

describe("frames", () => {
  it("decode to what was encoded", () => {
    fc.assert(
      fc.property(clientFrame, (frame) => {
        expect(decodeClientFrame(encodeClientFrame(frame))).toEqual(frame);
      }),
    );
    fc.assert(
      fc.property(relayFrame, (frame) => {
        expect(decodeRelayFrame(encodeRelayFrame(frame))).toEqual(frame);
      }),
    );
  });

  it("fail with WireError only, and encode to the same bytes if they decode", () => {
    fc.assert(
      fc.property(fc.oneof(hostile, fc.uint8Array()), (bytes) => {
        const client = attempt(decodeClientFrame, bytes);
        if (client !== undefined) expect(encodeClientFrame(client)).toEqual(bytes);
        const relay = attempt(decodeRelayFrame, bytes);
        if (relay !== undefined) expect(encodeRelayFrame(relay)).toEqual(bytes);
      }),
      { numRuns: 3000 },
    );
  });

  it("are refused when a byte is missing", () => {
    fc.assert(
      fc.property(clientFrame, fc.nat(), (frame, cut) => {
        const bytes = encodeClientFrame(frame);
        const prefix = bytes.subarray(0, cut % bytes.length);
        expect(() => decodeClientFrame(prefix)).toThrow(new WireError("truncated"));
      }),
    );
  });

  it("refuse to be written with values that do not fit", () => {
    const write = (frame: unknown) => () => encodeClientFrame(frame as ClientFrame);
    expect(write({ type: "Ping", token: -1 })).toThrow(WireError);
    expect(write({ type: "Ping", token: 2 ** 32 })).toThrow(WireError);
    expect(write({ type: "Ping", token: 1.5 })).toThrow(WireError);
    expect(write({ type: "Ping", token: Number.NaN })).toThrow(WireError);
    expect(write({ type: "Lookup", roomId: new Uint8Array(15) })).toThrow(WireError);
    expect(write({ type: "PutCapsule", capsule: new Uint8Array(2049) })).toThrow(WireError);
    expect(write({ type: "Hello" })).toThrow(WireError);
    const message = { type: "Message", epoch: 0n, recipients: [], payload: new Uint8Array() };
    expect(write({ ...message, id: -1n })).toThrow(WireError);
    expect(write({ ...message, id: 2n ** 64n })).toThrow(WireError);
  });
});

describe("the encoding", () => {
  it("reads back what was written", () => {
    const field = fc.oneof(
      fc.record({ u8: fc.integer({ min: 0, max: 0xff }) }),
      fc.record({ u16: fc.integer({ min: 0, max: 0xffff }) }),
      fc.record({ u32 }),
      fc.record({ u64 }),
      fc.record({ vec: upTo(20_000) }),
      fc.record({ string: fc.string({ unit: "binary" }) }),
    );
    fc.assert(
      fc.property(fc.array(field), (fields) => {
        // Room for next to nothing, so that it grows within fields of every kind.
        const writer = new Writer(1);
        for (const value of fields) {
          if ("u8" in value) writer.u8(value.u8);
          else if ("u16" in value) writer.u16(value.u16);
          else if ("u32" in value) writer.u32(value.u32);
          else if ("u64" in value) writer.u64(value.u64);
          else if ("vec" in value) writer.vec(value.vec);
          else writer.string(value.string);
        }
        const reader = new Reader(writer.finish());
        for (const value of fields) {
          if ("u8" in value) expect(reader.u8()).toBe(value.u8);
          else if ("u16" in value) expect(reader.u16()).toBe(value.u16);
          else if ("u32" in value) expect(reader.u32()).toBe(value.u32);
          else if ("u64" in value) expect(reader.u64()).toBe(value.u64);
          else if ("vec" in value) expect(Buffer.compare(reader.vec(), value.vec)).toBe(0);
          else expect(reader.string()).toBe(value.string);
        }
        reader.end();
      }),
    );
  });

  it("never fails with anything but WireError", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        attempt(readAnything, bytes);
      }),
      { numRuns: 3000 },
    );
  });

  it("keeps the byte order mark, and refuses what is not UTF-8", () => {
    const encoded = new Writer().string("\ufeffa").finish();
    expect(new Reader(encoded).string()).toBe("\ufeffa");
    for (const wrong of [[0xff], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80]]) {
      const bytes = Uint8Array.from([wrong.length, ...wrong]);
      expect(() => new Reader(bytes).string()).toThrow(new WireError("utf-8"));
    }
    expect(() => new Writer().string("a\ud800")).toThrow(new WireError("out-of-range"));
  });

  it("reads from the middle of a buffer, and returns copies", () => {
    const bytes = Uint8Array.from([9, 9, 2, 1, 2, 9]).subarray(2, 5);
    const reader = new Reader(bytes);
    const vec = reader.vec();
    reader.end();
    bytes.fill(0);
    expect(vec).toEqual(Uint8Array.from([1, 2]));
  });

  it("forgets what was wiped", () => {
    const writer = new Writer().vec(new Uint8Array(500).fill(7));
    writer.wipe();
    expect(writer.u8(1).finish()).toEqual(Uint8Array.from([1]));
  });
});
