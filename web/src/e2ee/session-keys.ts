/**
 * What lets a tab come back after a refresh (docs/PROTOCOL.md, sections 6 and 10): keys from the one value that the tab
 * keeps, `share || capsule_secret`; and the capsule, which the relay keeps sealed under it. Either half alone is worthless.
 *
 * Invariant: after `renewCapsuleSecret` no capsule from before it can be opened, by this tab or by anybody.
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

/** Bytes of what a tab keeps: the share and the capsule secret. */
export const KEPT_BYTES = 2 * KEY_BYTES;

/** The keys of one session. */
export class SessionKeys {
  #capsuleKey: SealKey;
  #wiped = false;

  private constructor(
    /** `share || capsule_secret`, for sessionStorage and nowhere else. */
    readonly kept: Bytes,
    /** Names the session to the relay. */
    readonly publicKey: Bytes,
    private readonly seed: Bytes,
    capsuleKey: SealKey,
  ) {
    this.#capsuleKey = capsuleKey;
  }

  /** A new session. */
  static create(): Promise<SessionKeys> {
    return SessionKeys.fromKept(random(KEPT_BYTES));
  }

  /** The session of what a tab kept (`KEPT_BYTES`), of which a copy is taken. */
  static async fromKept(kept: Uint8Array): Promise<SessionKeys> {
    const seed = await derive(kept.subarray(0, KEY_BYTES), NO_SALT, "session key");
    const publicKey = await (await ed25519()).publicKey(seed);
    return new SessionKeys(copy(kept), publicKey, seed, await capsuleKeyOf(kept));
  }

  /** Draws another capsule secret, after a rekey. Whoever keeps `kept` is to keep it anew, before a capsule is sealed. */
  async renewCapsuleSecret(): Promise<void> {
    const next = copy(this.kept);
    crypto.getRandomValues(next.subarray(KEY_BYTES));
    const capsuleKey = await capsuleKeyOf(next);
    if (!this.#wiped) {
      this.kept.set(next);
      this.#capsuleKey = capsuleKey;
    }
    next.fill(0);
  }

  /** Prove to the relay that the session is ours. `nonce` is that of this connection's Hello. */
  async signResume(nonce: Uint8Array): Promise<Bytes> {
    const challenge = resumeChallenge(nonce, this.publicKey);
    return (await ed25519()).sign(this.seed, challenge);
  }

  /** Seal a capsule for the relay to keep. `nonce` is for test vectors only. */
  async sealCapsule(capsule: Capsule, nonce?: Bytes): Promise<Bytes> {
    const content = encodeCapsule(capsule);
    const sealed = await seal(this.#capsuleKey, capsuleAad(this.publicKey), content, nonce);
    content.fill(0);
    return sealed;
  }

  /** Open the capsule that the relay kept. */
  async openCapsule(sealed: Uint8Array): Promise<Capsule> {
    const content = await open(this.#capsuleKey, capsuleAad(this.publicKey), sealed);
    try {
      return decodeCapsule(content);
    } finally {
      content.fill(0);
    }
  }

  /** Forget them. */
  wipe(): void {
    this.#wiped = true;
    this.kept.fill(0);
    this.seed.fill(0);
  }
}

async function capsuleKeyOf(kept: Uint8Array): Promise<SealKey> {
  return sealKey(await derive(kept.subarray(KEY_BYTES), NO_SALT, "capsule"));
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
