/** Sizes that docs/PROTOCOL.md fixes, in bytes. */

/** A room id: 128 random bits, chosen by the relay. */
export const ROOM_ID_BYTES = 16;
/** A link secret: 192 random bits, so that its base64url has no padding. */
export const LINK_SECRET_BYTES = 24;
/** The identity of a member: 128 random bits. */
export const IDENTITY_BYTES = 16;
/** Keys, seeds, root, share and exported secrets. */
export const KEY_BYTES = 32;
/** An Ed25519 signature (RFC 8032). */
export const SIGNATURE_BYTES = 64;
/** A prepared password, in UTF-8 (section 12). */
export const MAX_PASSWORD_BYTES = 256;
/** An alias, in UTF-8 (section 8.3). */
export const MAX_ALIAS_BYTES = 64;
/** A room name, in UTF-8 (section 12). */
export const MAX_ROOM_NAME_BYTES = 128;
/** The body of a message, in UTF-8 (section 9). */
export const MAX_BODY_BYTES = 65536;
/** How many epochs before the current one can still be read (section 8.6). */
export const PAST_EPOCHS = 2;
