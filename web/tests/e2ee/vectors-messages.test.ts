/** Application data and emoji of `vectors/e2ee`. */
import { expect, test } from "vitest";
import { type Decoded, decodeMessage, encodeMessage, isEmoji } from "../../src/e2ee";
import { concat, hex } from "../../src/e2ee/bytes";
import { unhex, vectors } from "./vectors";

type MessageCase = {
  name: string;
  kind: string | null;
  fields: Record<string, unknown> | null;
  data: string;
};
test.each(vectors<MessageCase>("messages"))("message: $name", ({ kind, fields, data }) => {
  if (kind === null) {
    expect(() => decodeMessage(unhex(data))).toThrow(expect.objectContaining({ code: "encoding" }));
    return;
  }
  const decoded = decodeMessage(unhex(data));
  expect(decoded.kind).toBe(kind);
  if (decoded.kind === "unknown") return;
  expect(described(decoded)).toEqual(fields);
  expect(hex(encodeMessage(decoded))).toBe(data);
});

type EmojiCase = { text: string; valid: boolean };
test.each(vectors<EmojiCase>("emoji"))("emoji: $text", ({ text, valid }) => {
  expect(isEmoji(text)).toBe(valid);
});

/** The fields as a vector has them. */
function described({ kind, ...fields }: Decoded): Record<string, unknown> {
  const names: Record<string, string> = { replyTo: "reply_to", burnS: "burn_s", upTo: "up_to" };
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [names[name] ?? name, plain(name, value)]),
  );
}

function plain(name: string, value: unknown): unknown {
  if (value instanceof Uint8Array) return hex(value);
  if (name === "slots") {
    const slots = value as { kemOutput: Uint8Array; sealedKey: Uint8Array }[];
    return hex(concat(...slots.flatMap(({ kemOutput, sealedKey }) => [kemOutput, sealedKey])));
  }
  if (value === undefined) return null;
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plain(key, inner)]));
}
