/** What a kick brings along (docs/PROTOCOL.md, section 8.5): the kicked one knows the secrets of the room, so they change. */
import type { ClientState } from "ts-mls/clientState.js";
import type { CiphersuiteImpl } from "ts-mls/crypto/ciphersuite.js";
import type { Bytes } from "./bytes";
import { sealRekey } from "./group-seals";
import { epochKeysOf } from "./join";
import type { EpochKeys } from "./mls/epoch";
import { sealRoomName } from "./room-name";
import { RoomSecrets } from "./secrets";

/** The new secrets of the room. */
export interface KickParams {
  readonly linkSecret: Bytes;
  readonly password: string;
  /** Derived from both. */
  readonly root: Bytes;
  /** Stays as it is, but is sealed under the new link secret. */
  readonly roomName: string;
}

/** See the module. */
export interface PreparedKick {
  readonly keys: EpochKeys;
  readonly admissionKey: Bytes;
  readonly sealedName: Bytes;
  /** Seal the secrets for those who are in the new epoch. */
  seal(next: ClientState, suite: CiphersuiteImpl): Promise<Bytes>;
}

/** Derive and seal what does not depend on the commit. */
export async function prepareKick(roomId: Bytes, params: KickParams): Promise<PreparedKick> {
  const secrets = await RoomSecrets.fromRoot(params.root, roomId);
  const keys = epochKeysOf(secrets);
  const { admissionKey } = secrets;
  secrets.wipe();
  return {
    keys,
    admissionKey,
    sealedName: await sealRoomName(params.roomName, { roomId, linkSecret: params.linkSecret }),
    seal: (next, suite) => sealRekey(roomId, next, params, suite),
  };
}
