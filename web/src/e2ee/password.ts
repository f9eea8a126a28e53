/** What a password is before it becomes a root (docs/PROTOCOL.md, section 6). */
import { utf8 } from "./bytes";
import { E2eeError } from "./error";
import { MAX_PASSWORD_BYTES } from "./limits";
import { isWellFormed, trimmed } from "./text";
import { asGenerated } from "./words";

/** The spaces of category Zs: fixed here, so that no version of Unicode changes a password. */
const SPACES = /[\u0020\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]/gu;

/** Prepare a typed password. Throws "password" if it is empty, too long or has no encoding. */
export function preparePassword(typed: string): string {
  const prepared = trimmed(typed).replace(SPACES, " ").normalize("NFC");
  const bytes = utf8(prepared);
  const { length } = bytes;
  bytes.fill(0);
  if (length === 0 || length > MAX_PASSWORD_BYTES || !isWellFormed(typed)) {
    throw new E2eeError("password", `a password has 1 to ${MAX_PASSWORD_BYTES} bytes of text`);
  }
  return asGenerated(prepared) ?? prepared;
}
