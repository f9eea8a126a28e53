/**
 * Everything secret that a tab holds about its room, in one place, so that it can be wiped in one place.
 *
 * Invariants: the capsule always says what the keyring holds; after `wipe` every key in it is overwritten. Passwords and
 * aliases are strings, which a script cannot overwrite: only the references go.
 */
import { type Capsule, type MemberParams, RoomSecrets, type SessionKeys } from "../e2ee";

type Bytes = Uint8Array<ArrayBuffer>;

/** Bytes of a link secret (docs/PROTOCOL.md, section 2). */
const LINK_SECRET_BYTES = 24;

/** A fresh link secret. */
export function newLinkSecret(): Bytes {
  return crypto.getRandomValues(new Uint8Array(LINK_SECRET_BYTES));
}

/** What a keyring is made of. */
export interface KeyringParts {
  readonly session: SessionKeys;
  readonly secrets: RoomSecrets;
  readonly roomId: Bytes;
  readonly linkSecret: Bytes;
  readonly password: string;
  readonly roomName: string;
  readonly alias: string;
  readonly identity: Bytes;
  readonly signatureSeed: Bytes;
}

/** The secrets that a kick changes. */
export interface NewSecrets {
  readonly secrets: RoomSecrets;
  readonly linkSecret: Bytes;
  readonly password: string;
}

export class Keyring {
  readonly roomId: Bytes;
  readonly roomName: string;
  readonly identity: Bytes;
  readonly signatureSeed: Bytes;
  #alias: string;
  #session: SessionKeys;
  #secrets: RoomSecrets;
  #linkSecret: Bytes;
  #password: string;
  #wiped = false;
  #sessionGiven = false;

  constructor(parts: KeyringParts) {
    this.roomId = parts.roomId;
    this.roomName = parts.roomName;
    this.#alias = parts.alias;
    this.identity = parts.identity;
    this.signatureSeed = parts.signatureSeed;
    this.#session = parts.session;
    this.#secrets = parts.secrets;
    this.#linkSecret = parts.linkSecret;
    this.#password = parts.password;
  }

  /** Opens what a refreshed tab finds at the relay. Throws `E2eeError` if it is not this session's. */
  static async open(session: SessionKeys, capsule: Bytes): Promise<Keyring> {
    const { root, ...parts } = await session.openCapsule(capsule);
    const secrets = await RoomSecrets.fromRoot(root, parts.roomId);
    return new Keyring({ session, secrets, ...parts });
  }

  get alias(): string {
    return this.#alias;
  }

  get session(): SessionKeys {
    return this.#session;
  }

  get secrets(): RoomSecrets {
    return this.#secrets;
  }

  get linkSecret(): Bytes {
    return this.#linkSecret;
  }

  get password(): string {
    return this.#password;
  }

  /** Who this is to the group, under the number that the relay gave. */
  member(memberNumber: number): MemberParams {
    const { roomId, secrets, alias, identity, signatureSeed } = this;
    return { roomId, secrets, alias, memberNumber, identity, signatureSeed };
  }

  /** What the relay is to keep for this tab, sealed for its session or for the one to come. */
  sealCapsule(session: SessionKeys = this.#session): Promise<Bytes> {
    const capsule: Capsule = {
      roomId: this.roomId,
      root: this.#secrets.root,
      linkSecret: this.#linkSecret,
      password: this.#password,
      roomName: this.roomName,
      alias: this.alias,
      identity: this.identity,
      signatureSeed: this.signatureSeed,
    };
    return session.sealCapsule(capsule);
  }

  /** The room's secrets changed; a group member keeps copies of the old ones as long as it needs them. */
  rekey(fresh: NewSecrets): void {
    this.#secrets.wipe();
    this.#linkSecret.fill(0);
    this.#secrets = fresh.secrets;
    this.#linkSecret = fresh.linkSecret;
    this.#password = fresh.password;
    // The room may have ended while these were on their way.
    if (this.#wiped) this.wipe();
  }

  /**
   * Makes capsules from before a rekey worthless. True if the session is to be kept anew (`session.kept`); false if the
   * room ended meanwhile, after which nothing may be kept.
   */
  async renewCapsuleSecret(): Promise<boolean> {
    await this.#session.renewCapsuleSecret();
    return !this.#wiped;
  }

  /** The person goes by another alias now. */
  rename(alias: string): void {
    this.#alias = alias;
  }

  /** A new session of the same member takes the place of one that the relay has forgotten. */
  renewSession(session: SessionKeys): void {
    this.#session.wipe();
    this.#session = session;
    if (this.#wiped) this.wipe();
  }

  /** Hands the session over: who takes it wipes it. */
  giveSession(): SessionKeys {
    this.#sessionGiven = true;
    return this.#session;
  }

  wipe(): void {
    this.#wiped = true;
    if (!this.#sessionGiven) this.#session.wipe();
    this.#secrets.wipe();
    this.#linkSecret.fill(0);
    this.#password = "";
    this.identity.fill(0);
    this.signatureSeed.fill(0);
  }
}
