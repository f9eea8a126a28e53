//! The keys of one session, from the two secrets that one tab (or terminal) keeps (PROTOCOL.md,
//! sections 6 and 10).
//!
//! Invariants: they hang on what the tab keeps and not on the root, since after a refresh that is
//! all that is left; what it keeps opens nothing without the relay's capsule; a capsule from before
//! a rekey opens no more.

use std::fmt;

use zeroize::Zeroizing;

use crate::{
    capsule::Capsule,
    error::Result,
    key::{self, KEY_LEN},
    random,
    seal::SealKey,
};

/// Bytes that a tab keeps: the share, then the capsule secret.
pub const KEPT_LEN: usize = 2 * KEY_LEN;

/// The keys of one session.
#[derive(Clone)]
pub struct SessionKeys {
    share: Zeroizing<[u8; KEY_LEN]>,
    capsule_secret: Zeroizing<[u8; KEY_LEN]>,
    session_seed: Zeroizing<[u8; KEY_LEN]>,
    public_key: [u8; KEY_LEN],
    capsule_key: SealKey,
}

impl SessionKeys {
    /// Keys of a new session, from a random share and a random capsule secret.
    pub fn create() -> Result<Self> {
        Ok(Self::new(random::bytes()?, random::bytes()?))
    }

    /// The keys that hang on a share and a capsule secret.
    pub fn new(share: [u8; KEY_LEN], capsule_secret: [u8; KEY_LEN]) -> Self {
        let (share, capsule_secret) = (Zeroizing::new(share), Zeroizing::new(capsule_secret));
        let session_seed = key::derive(&*share, b"", "session key");
        Self {
            public_key: key::public_key(&session_seed),
            capsule_key: capsule_key(&capsule_secret),
            session_seed,
            capsule_secret,
            share,
        }
    }

    /// Draws a new capsule secret, as is due after every rekey (PROTOCOL.md, section 8.5): capsules
    /// sealed before do not open any more. To be kept before a capsule is sealed with it.
    pub fn renew_capsule_secret(&mut self) -> Result<()> {
        self.capsule_secret = Zeroizing::new(random::bytes()?);
        self.capsule_key = capsule_key(&self.capsule_secret);
        Ok(())
    }

    /// What the tab keeps: the share, then the capsule secret.
    pub fn kept(&self) -> Zeroizing<[u8; KEPT_LEN]> {
        let mut kept = Zeroizing::new([0; KEPT_LEN]);
        let (share, capsule_secret) = kept.split_at_mut(KEY_LEN);
        share.copy_from_slice(&*self.share);
        capsule_secret.copy_from_slice(&*self.capsule_secret);
        kept
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

    /// Opens the capsule that the relay kept. It must not open one from before a rekey.
    pub fn open_capsule(&self, sealed: &[u8]) -> Result<Capsule> {
        Capsule::decode(&self.capsule_key.open(&self.aad(), sealed)?)
    }

    fn aad(&self) -> Vec<u8> {
        [b"sanctuary/1 capsule", &self.public_key[..]].concat()
    }
}

fn capsule_key(capsule_secret: &[u8; KEY_LEN]) -> SealKey {
    SealKey::new(&key::derive(capsule_secret, b"", "capsule"))
}

impl fmt::Debug for SessionKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SessionKeys(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Alias, Identity, LinkSecret, Password, RoomId, RoomName, Root, SignatureSeed};

    #[test]
    fn a_capsule_from_before_a_rekey_opens_no_more() {
        let capsule = Capsule {
            room_id: RoomId::new([1; 16]),
            root: Root::new([2; 32]),
            link_secret: LinkSecret::new([3; 24]),
            password: Password::prepare("before").unwrap(),
            room_name: RoomName::new("Tea").unwrap(),
            alias: Alias::parse("Ann").unwrap(),
            identity: Identity::new([4; 16]),
            signature_seed: SignatureSeed::new([5; 32]),
        };
        let mut keys = SessionKeys::create().unwrap();
        let session = *keys.public_key();
        let before = keys.seal_capsule(&capsule).unwrap();
        assert!(keys.open_capsule(&before).is_ok());
        keys.renew_capsule_secret().unwrap();
        assert!(keys.open_capsule(&before).is_err());
        assert_eq!(keys.public_key(), &session, "the session stays");
        let after = keys.seal_capsule(&capsule).unwrap();
        assert!(keys.open_capsule(&after).is_ok());
    }
}
