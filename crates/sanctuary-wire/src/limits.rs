//! The limits of section 12 that stand on the wire, with their default values.
//!
//! Fixed limits are part of the format: a frame that breaks one does not decode. The others are
//! what a relay announces in `Hello` unless its operator chose otherwise.

/// Largest frame in bytes. Holds the group state of a full room (100 members with X-Wing keys,
/// about 400 KiB) with room to spare, and bounds what one connection can make the relay buffer.
pub const MAX_FRAME: u32 = 1 << 20;

/// Largest frame in bytes before `Admitted` or `Resumed` (fixed). The largest that a client sends then
/// is a `Create` with the group state of one member, 8 KiB. Whoever has shown nothing gets no more
/// memory than that times eight.
pub const MAX_LOBBY_FRAME: u32 = 64 << 10;

/// Bytes of the largest frame of a room for each of its members: a commit with the group state behind
/// it. Measured with real keys and the
/// longest aliases: 2.8 KiB. The terminal client's tests hold rooms to it.
pub const FRAME_PER_MEMBER: u32 = 3 << 10;

/// What padding to the next 64 KiB may add to that, for the commit and for the group state.
pub const FRAME_PADDING: u32 = 128 << 10;

/// The least `max_frame` with which a room of so many members works, in bytes.
#[must_use]
pub const fn frame_for(members: u16) -> u32 {
    members as u32 * FRAME_PER_MEMBER + FRAME_PADDING
}

/// Largest group state in bytes for a group that has had so many members (fixed): 8 KiB and 4 KiB for each, padded (section
/// 7), with nonce and tag. Half as much again as real ones have, and what a room can make the relay hold.
#[must_use]
pub const fn max_group_state(members: u32) -> usize {
    let content = (members as usize + 2) * (4 << 10);
    let padded = if content <= LARGEST_DOUBLED {
        content.next_power_of_two()
    } else {
        content.next_multiple_of(LARGEST_DOUBLED)
    };
    padded + 28
}

/// Up to here size classes double, in bytes; beyond, each is a multiple of it.
const LARGEST_DOUBLED: usize = 64 << 10;

/// Largest capsule in bytes (fixed): a sealed capsule is padded to 1024 at most, plus seal.
pub const MAX_CAPSULE: usize = 2048;

/// Exact size of a sealed room name in bytes (fixed): 12 of nonce, 256 of padded name, 16 of tag.
pub const SEALED_NAME: usize = 284;

/// Largest payload, or any other vector, in bytes that the encoding can express (RFC 9420, section
/// 2.1.2). Frames are held to [`MAX_FRAME`], a thousandth of that.
pub const MAX_VECTOR: usize = (1 << 30) - 1;

/// Members in a room, unless the operator chose otherwise.
pub const MAX_MEMBERS: u16 = 100;

/// Shortest lifetime of a room in seconds (fixed).
pub const MIN_LIFETIME_S: u32 = 300;

/// Longest lifetime of a room in seconds; an operator may choose less, never more.
pub const MAX_LIFETIME_S: u32 = 3600;
