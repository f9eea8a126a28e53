/** MLSMessages (RFC 9420, section 6) as bytes. */
import { decodeMlsMessage, encodeMlsMessage, type MLSMessage } from "ts-mls/message.js";
import { type Bytes, copy, equal } from "../bytes";
import { E2eeError } from "../error";

/** Encode a message. */
export function encodeMls(message: MLSMessage): Bytes {
  return copy(encodeMlsMessage(message));
}

/**
 * Decode a message. The library overlooks bytes that are left over and lengths that are not in their shortest form;
 * encoding anew finds both, so that no two clients see different things in the same bytes.
 */
export function decodeMls(bytes: Uint8Array): MLSMessage {
  const message = decodeOrUndefined(bytes);
  if (message === undefined || !equal(encodeMlsMessage(message), bytes)) {
    throw new E2eeError("encoding", "not an MLS message");
  }
  return message;
}

function decodeOrUndefined(bytes: Uint8Array): MLSMessage | undefined {
  try {
    return decodeMlsMessage(bytes, 0)?.[0];
  } catch {
    return undefined;
  }
}
