//! HKDF and Ed25519 as this protocol uses them (PROTOCOL.md, section 6).

use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};
use hkdf::Hkdf;
use sha2::Sha256;
use zeroize::Zeroizing;

/// Bytes of every key that is derived.
pub(crate) const KEY_LEN: usize = 32;

/// Stands before every label, so that no other protocol's keys can be the same.
const LABEL_PREFIX: &[u8] = b"sanctuary/1 ";

/// `derive(secret, salt, label, 32)`: HKDF-SHA-256 (RFC 5869).
pub(crate) fn derive(secret: &[u8], salt: &[u8], label: &str) -> Zeroizing<[u8; KEY_LEN]> {
    let mut key = Zeroizing::new([0; KEY_LEN]);
    let expanded = Hkdf::<Sha256>::new(Some(salt), secret)
        .expand_multi_info(&[LABEL_PREFIX, label.as_bytes()], key.as_mut_slice());
    // HKDF fails only beyond 255 hash lengths, and a key is one.
    debug_assert!(expanded.is_ok());
    key
}

/// Signs with an Ed25519 key given by its seed.
pub(crate) fn sign(seed: &[u8; KEY_LEN], message: &[u8]) -> [u8; 64] {
    SigningKey::from_bytes(seed).sign(message).to_bytes()
}

/// The public key of an Ed25519 seed.
pub(crate) fn public_key(seed: &[u8; KEY_LEN]) -> [u8; KEY_LEN] {
    SigningKey::from_bytes(seed).verifying_key().to_bytes()
}

/// Whether `signature` is one of `public_key` over `message`; strict, so keys of small order sign
/// nothing.
pub(crate) fn verify(public_key: &[u8], message: &[u8], signature: &[u8; 64]) -> bool {
    let Ok(key) = <[u8; KEY_LEN]>::try_from(public_key) else {
        return false;
    };
    VerifyingKey::from_bytes(&key).is_ok_and(|key| {
        key.verify_strict(message, &Signature::from_bytes(signature))
            .is_ok()
    })
}
