/**
 * What follows from the root (docs/PROTOCOL.md, section 6): the key that admits to the room, the pre-shared key of the
 * group and the key of the outer seal; and the sealed room name, which needs the link only.
 *
 * Invariant: `wipe` overwrites what can be overwritten. Whoever makes a RoomSecrets wipes it; a Member takes copies.
 */
import { type Bytes, concat, copy, utf8 } from "./bytes";
import { ed25519 } from "./ed25519";
import { E2eeError } from "./error";
import { derive } from "./hkdf";
import { MAX_ROOM_NAME_BYTES } from "./limits";
import type { Invitation } from "./link";
import { open, roomNameAad, type SealKey, seal, sealKey } from "./seal";
import { isWellFormed } from "./text";

/** The secrets of a room until the next kick replaces them. */
export class RoomSecrets {
  private constructor(
    readonly roomId: Bytes,
    readonly root: Bytes,
    /** The public key that the relay verifies joins with. */
    readonly admissionKey: Bytes,
    readonly sealKey: SealKey,
    private readonly admissionSeed: Bytes,
    private readonly externalPsk: Bytes,
  ) {}

  /** Derive them from a root, of which a copy is kept. */
  static async fromRoot(root: Uint8Array, roomId: Uint8Array): Promise<RoomSecrets> {
    const seed = await derive(root, roomId, "admission key");
    return new RoomSecrets(
      copy(roomId),
      copy(root),
      await (await ed25519()).publicKey(seed),
      await sealKey(await derive(root, roomId, "seal")),
      seed,
      await derive(root, roomId, "external psk"),
    );
  }

  /** Answer the relay's challenge (section 5.2). `nonce` is that of this connection's Hello. */
  async signJoin(nonce: Uint8Array, sessionKey: Uint8Array): Promise<Bytes> {
    const challenge = concat(utf8("sanctuary/1 join"), this.roomId, nonce, sessionKey);
    return (await ed25519()).sign(this.admissionSeed, challenge);
  }

  /** A copy of the pre-shared key of the group, for the caller to wipe. */
  copyPsk(): Bytes {
    return copy(this.externalPsk);
  }

  /** Forget them. */
  wipe(): void {
    for (const secret of [this.root, this.admissionSeed, this.externalPsk]) secret.fill(0);
  }
}

/** Seal a room name so that whoever has the link can read it. Throws "room-name". */
export async function sealRoomName(name: string, invitation: Invitation): Promise<Bytes> {
  const bytes = utf8(name);
  if (bytes.length === 0 || bytes.length > MAX_ROOM_NAME_BYTES || !isWellFormed(name)) {
    throw new E2eeError("room-name", `a room name has 1 to ${MAX_ROOM_NAME_BYTES} bytes of text`);
  }
  return seal(await nameKey(invitation), roomNameAad(invitation.roomId), bytes);
}

/** Open a sealed room name. Throws "seal" if the link is not that of the room. */
export async function openRoomName(sealed: Uint8Array, invitation: Invitation): Promise<string> {
  const bytes = await open(await nameKey(invitation), roomNameAad(invitation.roomId), sealed);
  try {
    const name = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    if (bytes.length >= 1 && bytes.length <= MAX_ROOM_NAME_BYTES) return name;
  } catch {
    // Not UTF-8: the same failure as a wrong length.
  }
  throw new E2eeError("encoding", "a room name breaks the rules");
}

async function nameKey({ roomId, linkSecret }: Invitation): Promise<SealKey> {
  return sealKey(await derive(linkSecret, roomId, "room name"));
}
