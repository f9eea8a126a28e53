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
/** The random name of a message within what one member wrote (section 9). */
export const MESSAGE_ID_BYTES = 16;
/** The longest time after which a message may be set to vanish, in seconds: that of a room. */
export const MAX_BURN_S = 3600;
/** The different emoji that one member can have on one message. */
export const MAX_REACTIONS = 8;
/** An emoji, in UTF-8: the longest family with skin tones has 41. */
export const MAX_EMOJI_BYTES = 64;
/** The slots of a whisper: the power of two that has room for a full room. */
export const MAX_WHISPER_SLOTS = 128;
