//! The ids and secrets that have a fixed length, each its own type.
//!
//! Invariant: none of them prints itself. A room id names a room to the relay, so it stays out of
//! logs as well.

use std::fmt;

use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::{error::Result, random};

/// Gives a public fixed-length id its constructor and accessors, and a `Debug` that shows no byte.
macro_rules! fixed_id {
    ($name:ident) => {
        impl $name {
            /// Takes the bytes as they are.
            pub const fn new(bytes: [u8; Self::LEN]) -> Self {
                Self(bytes)
            }

            /// A fresh random one.
            pub fn random() -> Result<Self> {
                Ok(Self(random::bytes()?))
            }

            /// The bytes.
            pub const fn as_bytes(&self) -> &[u8; Self::LEN] {
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

/// Names a room on the relay; public there, and the MLS group id.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct RoomId([u8; Self::LEN]);

impl RoomId {
    /// Bytes of a room id.
    pub const LEN: usize = 16;
}
fixed_id!(RoomId);

/// Names a member inside the group: the identity of its MLS credential. The relay never sees it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Identity([u8; Self::LEN]);

impl Identity {
    /// Bytes of an identity.
    pub const LEN: usize = 16;
}
fixed_id!(Identity);

/// The random name of what a member says, among what that member said.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TextId([u8; Self::LEN]);

impl TextId {
    /// Bytes of such a name.
    pub const LEN: usize = 16;
}
fixed_id!(TextId);

/// The secret in the fragment of a link.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct LinkSecret([u8; Self::LEN]);

impl LinkSecret {
    /// Bytes of a link secret.
    pub const LEN: usize = 24;
}
fixed_id!(LinkSecret);

/// The seed of a leaf's Ed25519 signature key (RFC 8032, section 5.1.5). It outlives a refresh
/// inside the capsule.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct SignatureSeed([u8; Self::LEN]);

impl SignatureSeed {
    /// Bytes of a signature seed.
    pub const LEN: usize = 32;
}
fixed_id!(SignatureSeed);

/// The number that the relay gave a member's session.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct MemberNumber(pub u32);
