/** `derive` of docs/PROTOCOL.md, section 6: HKDF-SHA-256 (RFC 5869), each use under a label of its own. */
import { type Bytes, copy, utf8 } from "./bytes";
import { KEY_BYTES } from "./limits";

/** The labels; the table in section 6 says what each key is for. */
export type KeyLabel =
  | "admission key"
  | "external psk"
  | "seal"
  | "room name"
  | "session key"
  | "capsule";

/** 32 bytes from a secret. */
export async function derive(
  secret: Uint8Array,
  salt: Uint8Array,
  label: KeyLabel,
): Promise<Bytes> {
  const input = copy(secret);
  const key = await crypto.subtle.importKey("raw", input, "HKDF", false, ["deriveBits"]);
  input.fill(0);
  const info = utf8(`sanctuary/1 ${label}`);
  const params = { name: "HKDF", hash: "SHA-256", salt: copy(salt), info };
  return new Uint8Array(await crypto.subtle.deriveBits(params, key, KEY_BYTES * 8));
}
