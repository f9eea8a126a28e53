//! The parts of a frame that the relay copies and cannot read. They share the received buffer;
//! cloning one copies no bytes. `Debug` shows lengths only.

use std::fmt;
use std::ops::Deref;

use bytes::Bytes;

use crate::error::InvalidLength;
use crate::limits::{MAX_CAPSULE, SEALED_NAME};

macro_rules! shared_bytes {
    ($name:ident) => {
        impl $name {
            /// The bytes, shared and not copied.
            pub fn into_bytes(self) -> Bytes {
                self.0
            }
        }

        impl Deref for $name {
            type Target = [u8];

            fn deref(&self) -> &[u8] {
                &self.0
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({} bytes)"), self.0.len())
            }
        }
    };
}

/// A sealed group state, commit or message.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Payload(pub Bytes);

shared_bytes!(Payload);

impl From<Bytes> for Payload {
    fn from(bytes: Bytes) -> Self {
        Self(bytes)
    }
}

impl From<Vec<u8>> for Payload {
    fn from(bytes: Vec<u8>) -> Self {
        Self(bytes.into())
    }
}

/// What a session needs after a refresh, sealed under a share that only the tab has. At most
/// [`MAX_CAPSULE`] bytes.
#[derive(Clone, PartialEq, Eq)]
pub struct Capsule(Bytes);

shared_bytes!(Capsule);

impl TryFrom<Bytes> for Capsule {
    type Error = InvalidLength;

    fn try_from(bytes: Bytes) -> Result<Self, InvalidLength> {
        if bytes.len() > MAX_CAPSULE {
            return Err(InvalidLength { what: "capsule" });
        }
        Ok(Self(bytes))
    }
}

/// A room's name, sealed under a key that only the link's secret gives. Exactly [`SEALED_NAME`]
/// bytes, so that its size tells nothing.
#[derive(Clone, PartialEq, Eq)]
pub struct SealedName(Bytes);

shared_bytes!(SealedName);

impl TryFrom<Bytes> for SealedName {
    type Error = InvalidLength;

    fn try_from(bytes: Bytes) -> Result<Self, InvalidLength> {
        if bytes.len() != SEALED_NAME {
            return Err(InvalidLength {
                what: "sealed_name",
            });
        }
        Ok(Self(bytes))
    }
}
