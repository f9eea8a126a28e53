/**
 * What lets a tab come back after a refresh (docs/PROTOCOL.md, sections 6 and 10): keys from the share, the one value that
 * the tab keeps; and the capsule, which the relay keeps sealed under it. Either half alone is worthless.
 */

import { resumeChallenge } from "../wire";
import { requireAlias } from "./alias";
import { type Bytes, copy, random } from "./bytes";
import { decode, encode, held } from "./decode";
import { ed25519 } from "./ed25519";
import { derive } from "./hkdf";
import { IDENTITY_BYTES, KEY_BYTES, LINK_SECRET_BYTES, ROOM_ID_BYTES } from "./limits";
import { preparePassword } from "./password";
import { requireRoomName } from "./room-name";
import { capsuleAad, open, type SealKey, seal, sealKey } from "./seal";

/** Everything a tab needs to be the same member again. */
export interface Capsule {
  readonly roomId: Bytes;
  readonly root: Bytes;
  readonly linkSecret: Bytes;
  readonly password: string;
  readonly roomName: string;
  readonly alias: string;
  readonly identity: Bytes;
  readonly signatureSeed: Bytes;
}

const NO_SALT = new Uint8Array();

/** The keys of one session. */
export class SessionKeys {
  private constructor(
    /** 32 random bytes, for sessionStorage and nowhere else. */
    readonly share: Bytes,
    /** Names the session to the relay. */
    readonly publicKey: Bytes,
    private readonly seed: Bytes,
    private readonly capsuleKey: SealKey,
  ) {}

  /** A new session. */
  static create(): Promise<SessionKeys> {
    return SessionKeys.fromShare(random(KEY_BYTES));
  }

  /** The session of a share, of which a copy is kept. */
  static async fromShare(share: Uint8Array): Promise<SessionKeys> {
    const seed = await derive(share, NO_SALT, "session key");
    const publicKey = await (await ed25519()).publicKey(seed);
    const key = await sealKey(await derive(share, NO_SALT, "capsule"));
    return new SessionKeys(copy(share), publicKey, seed, key);
  }

  /** Prove to the relay that the session is ours. `nonce` is that of this connection's Hello. */
  async signResume(nonce: Uint8Array): Promise<Bytes> {
    const challenge = resumeChallenge(nonce, this.publicKey);
    return (await ed25519()).sign(this.seed, challenge);
  }

  /** Seal a capsule for the relay to keep. `nonce` is for test vectors only. */
  async sealCapsule(capsule: Capsule, nonce?: Bytes): Promise<Bytes> {
    const content = encodeCapsule(capsule);
    const sealed = await seal(this.capsuleKey, capsuleAad(this.publicKey), content, nonce);
    content.fill(0);
    return sealed;
  }

  /** Open the capsule that the relay kept. */
  async openCapsule(sealed: Uint8Array): Promise<Capsule> {
    const content = await open(this.capsuleKey, capsuleAad(this.publicKey), sealed);
    try {
      return decodeCapsule(content);
    } finally {
      content.fill(0);
    }
  }

  /** Forget them. */
  wipe(): void {
    this.share.fill(0);
    this.seed.fill(0);
  }
}

/** Encode a capsule; the caller wipes the bytes. */
export function encodeCapsule(c: Capsule): Bytes {
  return encode((w) => {
    w.fixed(c.roomId, ROOM_ID_BYTES).fixed(c.root, KEY_BYTES);
    w.fixed(c.linkSecret, LINK_SECRET_BYTES).string(c.password).string(c.roomName).string(c.alias);
    w.fixed(c.identity, IDENTITY_BYTES).fixed(c.signatureSeed, KEY_BYTES);
  });
}

/** Decode a capsule. Throws "encoding" also if a text in it breaks its rules. */
export function decodeCapsule(content: Uint8Array): Capsule {
  return decode(content, (r) => ({
    roomId: r.fixed(ROOM_ID_BYTES),
    root: r.fixed(KEY_BYTES),
    linkSecret: r.fixed(LINK_SECRET_BYTES),
    password: held(r.string(), preparePassword),
    roomName: held(r.string(), requireRoomName),
    alias: held(r.string(), requireAlias),
    identity: r.fixed(IDENTITY_BYTES),
    signatureSeed: r.fixed(KEY_BYTES),
  }));
}
