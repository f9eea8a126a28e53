//! What the fields of the vectors are filled with.

use bytes::Bytes;
use sanctuary_wire::limits::SEALED_NAME;
use sanctuary_wire::{Capsule, MemberNumber, Payload, RoomId, SealedName};

/// `len` bytes that count up from `first`, so that no two fields look alike.
pub(crate) fn counting(first: u8, len: usize) -> Vec<u8> {
    (first..=u8::MAX)
        .chain(0..first)
        .cycle()
        .take(len)
        .collect()
}

/// The same, of fixed length.
pub(crate) fn fixed<const N: usize>(first: u8) -> [u8; N] {
    std::array::from_fn(|i| counting(first, N)[i])
}

/// A payload.
pub(crate) fn payload(first: u8, len: usize) -> Payload {
    counting(first, len).into()
}

/// A capsule.
pub(crate) fn capsule(len: usize) -> Capsule {
    Bytes::from(counting(0x40, len))
        .try_into()
        .expect("within the limit")
}

/// A sealed name.
pub(crate) fn sealed_name() -> SealedName {
    Bytes::from(counting(0x50, SEALED_NAME))
        .try_into()
        .expect("of the one size")
}

/// Member numbers.
pub(crate) fn numbers(members: &[u32]) -> Vec<MemberNumber> {
    members.iter().copied().map(MemberNumber).collect()
}

/// A room.
pub(crate) const ROOM: RoomId =
    RoomId(*b"\x10\x11\x12\x13\x14\x15\x16\x17\x18\x19\x1a\x1b\x1c\x1d\x1e\x1f");
