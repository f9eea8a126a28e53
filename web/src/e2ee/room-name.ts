/** The room name, sealed so that whoever has the link can read it before joining (docs/PROTOCOL.md, sections 6 and 7). */
import { type Bytes, utf8 } from "./bytes";
import { E2eeError } from "./error";
import { derive } from "./hkdf";
import { MAX_ROOM_NAME_BYTES } from "./limits";
import type { Invitation } from "./link";
import { open, roomNameAad, type SealKey, seal, sealKey } from "./seal";
import { isWellFormed } from "./text";

/** A room name as it is. Throws "room-name" if it is empty, too long or has no encoding. */
export function requireRoomName(name: string): string {
  const { length } = utf8(name);
  if (length === 0 || length > MAX_ROOM_NAME_BYTES || !isWellFormed(name)) {
    throw new E2eeError("room-name", `a room name has 1 to ${MAX_ROOM_NAME_BYTES} bytes of text`);
  }
  return name;
}

/** Seal a room name. Throws "room-name". `nonce` is for test vectors only. */
export async function sealRoomName(
  name: string,
  invitation: Invitation,
  nonce?: Bytes,
): Promise<Bytes> {
  const bytes = utf8(requireRoomName(name));
  return seal(await nameKey(invitation), roomNameAad(invitation.roomId), bytes, nonce);
}

/** Open a sealed room name. Throws "seal" if the link is not that of the room, "encoding" if it is no name. */
export async function openRoomName(sealed: Uint8Array, invitation: Invitation): Promise<string> {
  const bytes = await open(await nameKey(invitation), roomNameAad(invitation.roomId), sealed);
  try {
    return requireRoomName(
      new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes),
    );
  } catch {
    throw new E2eeError("encoding", "what the relay holds is no room name");
  }
}

async function nameKey({ roomId, linkSecret }: Invitation): Promise<SealKey> {
  return sealKey(await derive(linkSecret, roomId, "room name"));
}
