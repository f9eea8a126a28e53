/**
 * Links: `ORIGIN/r/ROOM_ID#LINK_SECRET` (docs/PROTOCOL.md, sections 1 and 2). The secret stands in the fragment, which
 * browsers do not send.
 */
import type { Bytes } from "./bytes";
import { LINK_SECRET_BYTES, ROOM_ID_BYTES } from "./limits";
import { trimmed } from "./text";

/** What a link names. */
export interface Invitation {
  readonly roomId: Bytes;
  readonly linkSecret: Bytes;
}

const SHAPE = /(https?:\/\/[^/?#\s]+)\/r\/([\w-]{22})#([\w-]{32})/.source;
const LINK = new RegExp(`^${SHAPE}$`);
/** Messages have words around a link, and what makes links of them often takes the full stop along. */
const LINK_IN_TEXT = new RegExp(`${SHAPE}(?![\\w-])`);

/** Write a link. `origin` has scheme, host and port if it is not the default, and no slash at the end. */
export function formatLink(origin: string, { roomId, linkSecret }: Invitation): string {
  return `${origin}/r/${toBase64url(roomId)}#${toBase64url(linkSecret)}`;
}

/** The link in what somebody pasted or followed; the text itself if there is none. */
export function linkIn(text: string): string {
  return LINK_IN_TEXT.exec(text)?.[0] ?? text;
}

/** Read a link as somebody pasted it, or undefined if it is none. */
export function parseLink(text: string): (Invitation & { readonly origin: string }) | undefined {
  const [, origin, room, secret] = LINK.exec(trimmed(text)) ?? [];
  if (origin === undefined || room === undefined || secret === undefined) return undefined;
  const roomId = fromBase64url(room, ROOM_ID_BYTES);
  const linkSecret = fromBase64url(secret, LINK_SECRET_BYTES);
  if (roomId === undefined || linkSecret === undefined || !isOrigin(origin)) return undefined;
  return { origin, roomId, linkSecret };
}

/** True if this is how a URL writes its origin: no user, no default port, no capitals. */
function isOrigin(text: string): boolean {
  try {
    return new URL(text).origin === text;
  } catch {
    return false;
  }
}

function toBase64url(bytes: Uint8Array): string {
  const text = btoa(String.fromCharCode(...bytes));
  return text.replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

/** Exactly `length` bytes in the one encoding they have, or undefined. */
function fromBase64url(text: string, length: number): Bytes | undefined {
  const raw = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  const bytes = Uint8Array.from(raw, (c) => c.charCodeAt(0));
  // Encoding anew also finds trailing bits that are not zero, which atob ignores.
  return bytes.length === length && toBase64url(bytes) === text ? bytes : undefined;
}
