//! The root of a room's secrets, from password and link (PROTOCOL.md, section 6).

use std::fmt;

use argon2::{Algorithm, Argon2, Params, Version};
use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::{
    error::{E2eeError, Result},
    id::{LinkSecret, RoomId},
    password::Password,
};

/// Memory of Argon2id in KiB (19 MiB), as OWASP advises for t = 2; phones still have it.
const MEMORY_KIB: u32 = 19_456;

/// Passes over that memory.
const PASSES: u32 = 2;

/// Lanes: one, since browsers have no threads to offer.
const LANES: u32 = 1;

/// What password and link secret are worth together: whoever has it may enter the room.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct Root([u8; Self::LEN]);

impl Root {
    /// Bytes of a root.
    pub const LEN: usize = 32;

    /// Takes the bytes as they are.
    pub const fn new(bytes: [u8; Self::LEN]) -> Self {
        Self(bytes)
    }

    /// Derives the root with Argon2id (RFC 9106). It takes some ten milliseconds and 19 MiB, always
    /// the same: the parameters are fixed by the protocol, so no relay can weaken them.
    pub fn derive(password: &Password, room_id: &RoomId, link_secret: &LinkSecret) -> Result<Self> {
        let salt =
            zeroize::Zeroizing::new([&link_secret.as_bytes()[..], room_id.as_bytes()].concat());
        let params = Params::new(MEMORY_KIB, PASSES, LANES, Some(Self::LEN))
            .map_err(|_| E2eeError::Encoding("the password cannot be hashed"))?;
        let mut root = Self([0; Self::LEN]);
        Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
            .hash_password_into(password.as_str().as_bytes(), &salt, &mut root.0)
            .map_err(|_| E2eeError::Encoding("the password cannot be hashed"))?;
        Ok(root)
    }

    /// The bytes.
    pub const fn as_bytes(&self) -> &[u8; Self::LEN] {
        &self.0
    }
}

impl fmt::Debug for Root {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Root(..)")
    }
}
