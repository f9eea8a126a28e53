/**
 * What follows from the root (docs/PROTOCOL.md, section 6): the key that admits to the room, the pre-shared key of the
 * group and the key of the outer seal.
 *
 * Invariant: `wipe` overwrites what can be overwritten. Whoever makes a RoomSecrets wipes it; a Member takes copies.
 */
import { joinChallenge } from "../wire";
import { type Bytes, copy } from "./bytes";
import { ed25519 } from "./ed25519";
import { derive } from "./hkdf";
import { type SealKey, sealKey } from "./seal";

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
    const challenge = joinChallenge(this.roomId, nonce, sessionKey);
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
