//! The outer seal: AES-256-GCM over padded content, bound to a place (PROTOCOL.md, section 7).
//!
//! Invariants: each seal has a fresh random nonce; a key seals far fewer than 2^32 contents (a room
//! lives an hour), so random nonces do not meet; every failure to open is the same error.

use std::fmt;

use aes_gcm::{
    Aes256Gcm, Key, KeyInit as _, Nonce,
    aead::{Aead as _, Payload},
};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::{
    error::{E2eeError, Result},
    id::RoomId,
    key::KEY_LEN,
    padding, random,
};

/// Bytes of the nonce that stands before the ciphertext (NIST SP 800-38D, section 8.2.2).
const NONCE_LEN: usize = 12;

/// What a room's seal key seals.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A group state, in the epoch that it describes.
    GroupState = 1,
    /// A commit, in the epoch that it was made in.
    Commit = 2,
    /// A message, in the epoch that it was made in.
    Message = 3,
}

impl Kind {
    /// The associated data of a seal of this kind: it opens in this room, as this kind, in this
    /// epoch, and nowhere else.
    pub(crate) fn aad(self, room_id: &RoomId, epoch: u64) -> Vec<u8> {
        [
            b"sanctuary/1 seal",
            &room_id.as_bytes()[..],
            &[self as u8],
            &epoch.to_be_bytes(),
        ]
        .concat()
    }
}

/// A key that seals.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct SealKey([u8; KEY_LEN]);

impl SealKey {
    /// Takes the key as it is.
    pub fn new(key: &[u8; KEY_LEN]) -> Self {
        Self(*key)
    }

    /// Pads and seals `content`, bound to `aad`.
    pub fn seal(&self, aad: &[u8], content: &[u8]) -> Result<Vec<u8>> {
        self.seal_with_nonce(&random::bytes()?, aad, content)
    }

    /// As [`SealKey::seal`], padded to the size class `at_least` if that is larger.
    pub(crate) fn seal_large(
        &self,
        aad: &[u8],
        content: &[u8],
        at_least: usize,
    ) -> Result<Vec<u8>> {
        self.seal_padded(&random::bytes()?, aad, &padding::pad_to(content, at_least))
    }

    /// As [`SealKey::seal`], with a nonce that must never have been used with this key.
    pub(crate) fn seal_with_nonce(
        &self,
        nonce: &[u8; NONCE_LEN],
        aad: &[u8],
        content: &[u8],
    ) -> Result<Vec<u8>> {
        self.seal_padded(nonce, aad, &padding::pad(content))
    }

    fn seal_padded(&self, nonce: &[u8; NONCE_LEN], aad: &[u8], padded: &[u8]) -> Result<Vec<u8>> {
        let sealed = self
            .cipher()
            .encrypt(Nonce::from_slice(nonce), Payload { msg: padded, aad })
            .map_err(|_| E2eeError::Seal)?;
        Ok([&nonce[..], &sealed].concat())
    }

    /// Opens a seal and removes its padding.
    pub fn open(&self, aad: &[u8], sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>> {
        let (nonce, msg) = sealed.split_at_checked(NONCE_LEN).ok_or(E2eeError::Seal)?;
        let mut padded = self
            .cipher()
            .decrypt(Nonce::from_slice(nonce), Payload { msg, aad })
            .map(Zeroizing::new)
            .map_err(|_| E2eeError::Seal)?;
        let length = padding::unpad(&padded)?.len();
        padded.truncate(length);
        Ok(padded)
    }

    fn cipher(&self) -> Aes256Gcm {
        Aes256Gcm::new(Key::<Aes256Gcm>::from_slice(&self.0))
    }
}

impl fmt::Debug for SealKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SealKey(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seal_opens_in_its_place_only() {
        let key = SealKey::new(&[7; 32]);
        let room = RoomId::new([1; 16]);
        let aad = Kind::Commit.aad(&room, 5);
        let sealed = key.seal(&aad, b"content").unwrap();
        assert_eq!(sealed.len(), 12 + 256 + 16);
        assert_eq!(**key.open(&aad, &sealed).unwrap(), *b"content");
        for other in [
            Kind::Message.aad(&room, 5),
            Kind::Commit.aad(&room, 6),
            Kind::Commit.aad(&RoomId::new([2; 16]), 5),
        ] {
            assert_eq!(key.open(&other, &sealed).err(), Some(E2eeError::Seal));
        }
        assert_eq!(
            SealKey::new(&[8; 32]).open(&aad, &sealed).err(),
            Some(E2eeError::Seal)
        );
    }

    #[test]
    fn altered_and_short_seals_do_not_open() {
        let key = SealKey::new(&[7; 32]);
        let sealed = key.seal(b"", b"content").unwrap();
        for at in [0, 12, 100, sealed.len() - 1] {
            let mut altered = sealed.clone();
            altered[at] ^= 1;
            assert_eq!(key.open(b"", &altered).err(), Some(E2eeError::Seal));
        }
        for length in [0, 11, 12, 27, sealed.len() - 1] {
            assert_eq!(
                key.open(b"", &sealed[..length]).err(),
                Some(E2eeError::Seal)
            );
        }
    }

    #[test]
    fn two_seals_of_one_content_differ() {
        let key = SealKey::new(&[7; 32]);
        assert_ne!(key.seal(b"", b"").unwrap(), key.seal(b"", b"").unwrap());
    }
}
