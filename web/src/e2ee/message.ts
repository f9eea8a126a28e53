/** What members say to each other inside the group (docs/PROTOCOL.md, section 9). */
import { type Bytes, utf8 } from "./bytes";
import { decode, encode } from "./decode";
import { E2eeError } from "./error";
import { MAX_BODY_BYTES } from "./limits";
import { isWellFormed } from "./text";

const TEXT = 1;
/** A message id: 128 random bits. */
const ID_BYTES = 16;

/** A message as decoded. */
export type Message =
  | { readonly kind: "text"; readonly id: Bytes; readonly body: string }
  /** Of a kind that this version cannot show. */
  | { readonly kind: "unknown" };

/** Encode a text. Throws "body" if it is empty, too long, or has a U+0000. */
export function encodeText(id: Uint8Array, body: string): Bytes {
  if (!isBody(body)) {
    throw new E2eeError(
      "body",
      `a message has 1 to ${MAX_BODY_BYTES} bytes of text without U+0000`,
    );
  }
  return encode((w) => {
    w.u8(TEXT).fixed(id, ID_BYTES).string(body);
  });
}

/** Decode what came out of the group. Throws "encoding" if it is a text that breaks the rules. */
export function decodeMessage(data: Uint8Array): Message {
  if (data.length > 0 && data[0] !== TEXT) return { kind: "unknown" };
  return decode(data, (r) => {
    r.u8();
    const message: Message = { kind: "text", id: r.fixed(ID_BYTES), body: r.string() };
    if (!isBody(message.body)) throw new E2eeError("encoding", "a message body breaks the rules");
    return message;
  });
}

function isBody(body: string): boolean {
  const { length } = utf8(body);
  return length >= 1 && length <= MAX_BODY_BYTES && !body.includes("\0") && isWellFormed(body);
}
