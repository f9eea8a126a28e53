//! The keys of one session, from the share that one tab (or terminal) keeps (PROTOCOL.md, sections 6 and 10).
//!
//! Invariant: they hang on the share and not on the root, since after a refresh the share is all that is left; and the share
//! without the relay's capsule opens nothing.

use std::fmt;

use zeroize::Zeroizing;

use crate::{
    capsule::Capsule,
    error::Result,
    key::{self, KEY_LEN},
    random,
    seal::SealKey,
};

/// The keys of one session.
#[derive(Clone)]
pub struct SessionKeys {
    share: Zeroizing<[u8; KEY_LEN]>,
    session_seed: Zeroizing<[u8; KEY_LEN]>,
    public_key: [u8; KEY_LEN],
    capsule_key: SealKey,
}

impl SessionKeys {
    /// Keys of a new session, from a random share.
    pub fn create() -> Result<Self> {
        Ok(Self::from_share(random::bytes()?))
    }

    /// The keys that hang on a share.
    pub fn from_share(share: [u8; KEY_LEN]) -> Self {
        let share = Zeroizing::new(share);
        let session_seed = key::derive(&*share, b"", "session key");
        Self {
            public_key: key::public_key(&session_seed),
            capsule_key: SealKey::new(&key::derive(&*share, b"", "capsule")),
            session_seed,
            share,
        }
    }

    /// The share, for the tab to keep.
    pub fn share(&self) -> &[u8; KEY_LEN] {
        &self.share
    }

    /// The public key that names the session to the relay (Ed25519, RFC 8032).
    pub const fn public_key(&self) -> &[u8; KEY_LEN] {
        &self.public_key
    }

    /// Answers the relay's challenge on resuming.
    pub fn sign_resume(&self, nonce: &[u8; 32]) -> [u8; 64] {
        let message = [b"sanctuary/1 resume", &nonce[..], &self.public_key].concat();
        key::sign(&self.session_seed, &message)
    }

    /// Seals a capsule for the relay to keep.
    pub fn seal_capsule(&self, capsule: &Capsule) -> Result<Vec<u8>> {
        self.capsule_key.seal(&self.aad(), &capsule.encode())
    }

    /// Opens the capsule that the relay kept.
    pub fn open_capsule(&self, sealed: &[u8]) -> Result<Capsule> {
        Capsule::decode(&self.capsule_key.open(&self.aad(), sealed)?)
    }

    fn aad(&self) -> Vec<u8> {
        [b"sanctuary/1 capsule", &self.public_key[..]].concat()
    }
}

impl fmt::Debug for SessionKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SessionKeys(..)")
    }
}
