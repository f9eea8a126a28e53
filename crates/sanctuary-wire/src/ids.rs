//! Ids, numbers, keys and signatures as types of their own, so that none is taken for another.
//!
//! `Debug` shows the numbers, which mean nothing outside their room, and hides everything else.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::error::RoomIdError;

macro_rules! opaque {
    ($(#[$doc:meta])* $name:ident, $len:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub [u8; $len]);

        impl $name {
            /// Length in bytes.
            pub const LEN: usize = $len;

            /// The bytes.
            pub const fn as_bytes(&self) -> &[u8; $len] {
                &self.0
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), "(..)"))
            }
        }
    };
}

macro_rules! number {
    ($(#[$doc:meta])* $name:ident, $int:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub $int);

        impl $name {
            /// The number after this one; the largest number is followed by itself.
            #[must_use]
            pub const fn next(self) -> Self {
                Self(self.0.saturating_add(1))
            }
        }
    };
}

opaque!(
    /// The id that names a room on the relay: 128 random bits chosen by the relay.
    RoomId,
    16
);
opaque!(
    /// The Ed25519 public key that stands for a session (section 6).
    SessionKey,
    32
);
opaque!(
    /// The Ed25519 public key that knowledge of a room's password is proven against (section 6).
    AdmissionKey,
    32
);
opaque!(
    /// The random challenge of one connection, sent in `Hello`.
    Nonce,
    32
);
opaque!(
    /// A random id of one run of the relay: another one means that all rooms are gone.
    InstanceId,
    16
);
opaque!(
    /// What a client has to work on before the relay looks at it (section 5.8): random, for one demand.
    WorkChallenge,
    16
);
opaque!(
    /// Eight `uint64`, big-endian: what the work came to, one for each part of it.
    WorkSolutions,
    64
);
opaque!(
    /// An Ed25519 signature (RFC 8032).
    Signature,
    64
);

number!(
    /// A member's number in its room; the creator is 1. 0 is nobody.
    MemberNumber,
    u32
);
number!(
    /// The number of an epoch of the group (RFC 9420, section 4.2); the first is 0.
    Epoch,
    u64
);
number!(
    /// A number in a room's order: its creation is 1, the first frame 2, and 0 stands for none.
    Seq,
    u64
);
number!(
    /// A message's number within its sender's session; the first is 1, and 0 stands for none.
    MessageId,
    u64
);

impl Seq {
    /// The number of a room's creation: what its creator has seen before anything else comes. So one who comes back with
    /// the group's state is told from one who lost it.
    pub const CREATION: Self = Self(1);
}

impl RoomId {
    /// The 22 characters of base64url that stand in a link (section 2).
    ///
    /// A method and not `Display`, so that no id slips into a log by formatting.
    pub fn to_base64url(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.0)
    }

    /// Reads the 22 characters of a link. There is one text for each id: padding, characters
    /// outside the alphabet and non-zero trailing bits are refused.
    pub fn from_base64url(text: &str) -> Result<Self, RoomIdError> {
        let mut id = [0; Self::LEN];
        match URL_SAFE_NO_PAD.decode_slice(text, &mut id) {
            Ok(Self::LEN) => Ok(Self(id)),
            _ => Err(RoomIdError),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn room_id_has_one_text() {
        let id = RoomId(*b"\xff\xee\xdd\xcc\xbb\xaa\x99\x88\x77\x66\x55\x44\x33\x22\x11\x00");
        let text = id.to_base64url();
        assert_eq!(text, "_-7dzLuqmYh3ZlVEMyIRAA");
        assert_eq!(RoomId::from_base64url(&text), Ok(id));
        for wrong in [
            "",
            "_-7dzLuqmYh3ZlVEMyIRA",
            "_-7dzLuqmYh3ZlVEMyIRAAA",
            "_-7dzLuqmYh3ZlVEMyIRAA==",
            "/+7dzLuqmYh3ZlVEMyIRAA",
            "_-7dzLuqmYh3ZlVEMyIRAB",
            " _-7dzLuqmYh3ZlVEMyIRA",
            "_-7dzLuqmYh3ZlVEMyIRA\u{e9}",
        ] {
            assert_eq!(RoomId::from_base64url(wrong), Err(RoomIdError), "{wrong}");
        }
    }

    #[test]
    fn debug_hides_bytes_and_shows_numbers() {
        assert_eq!(format!("{:?}", RoomId([7; 16])), "RoomId(..)");
        assert_eq!(format!("{:?}", Signature([7; 64])), "Signature(..)");
        assert_eq!(format!("{:?}", Epoch(7)), "Epoch(7)");
    }

    #[test]
    fn numbers_do_not_wrap() {
        assert_eq!(Seq(1).next(), Seq(2));
        assert_eq!(Seq(u64::MAX).next(), Seq(u64::MAX));
    }
}
