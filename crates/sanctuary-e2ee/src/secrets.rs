//! Everything that hangs on the root of a room: who has it may be admitted, may join the group, and
//! reads the outer seals.

use std::fmt;

use zeroize::Zeroizing;

use crate::{
    id::RoomId,
    key::{self, KEY_LEN},
    root::Root,
    seal::SealKey,
};

/// The secrets of a room; a kick replaces them all.
#[derive(Clone)]
pub struct RoomSecrets {
    room_id: RoomId,
    root: Root,
    admission_seed: Zeroizing<[u8; KEY_LEN]>,
    psk: Zeroizing<[u8; KEY_LEN]>,
    seal_key: SealKey,
}

impl RoomSecrets {
    /// Derives them from the root.
    pub fn from_root(root: Root, room_id: RoomId) -> Self {
        let derive = |label| key::derive(root.as_bytes(), room_id.as_bytes(), label);
        Self {
            admission_seed: derive("admission key"),
            psk: derive("external psk"),
            seal_key: SealKey::new(&derive("seal")),
            room_id,
            root,
        }
    }

    /// The room that these are the secrets of.
    pub const fn room_id(&self) -> &RoomId {
        &self.room_id
    }

    /// The root, for the capsule.
    pub const fn root(&self) -> &Root {
        &self.root
    }

    /// The public key that the relay checks joiners by (Ed25519, RFC 8032).
    pub fn admission_key(&self) -> [u8; KEY_LEN] {
        key::public_key(&self.admission_seed)
    }

    /// Answers the relay's challenge: its `nonce`, bound to this room and the session that will be
    /// admitted.
    pub fn sign_join(&self, nonce: &[u8; 32], session_key: &[u8; KEY_LEN]) -> [u8; 64] {
        let room_id = self.room_id.as_bytes();
        key::sign(
            &self.admission_seed,
            &[b"sanctuary/1 join", &room_id[..], nonce, session_key].concat(),
        )
    }

    /// The secret that an external commit must prove to know.
    pub(crate) fn psk(&self) -> &[u8; KEY_LEN] {
        &self.psk
    }

    /// The key of the outer seal.
    pub(crate) const fn seal_key(&self) -> &SealKey {
        &self.seal_key
    }
}

impl fmt::Debug for RoomSecrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RoomSecrets(..)")
    }
}
