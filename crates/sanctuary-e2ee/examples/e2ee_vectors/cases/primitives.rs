//! The primitives that cases are computed with, and the filling of their fields.

use aes_gcm::{
    Aes256Gcm, KeyInit as _, Nonce,
    aead::{Aead as _, Payload},
};
use ed25519_dalek::{Signer as _, SigningKey};
use hkdf::Hkdf;
use sha2::Sha256;

/// `N` bytes that count up from `start`, so that fields are told apart at a glance.
pub(super) fn pattern<const N: usize>(start: u8) -> [u8; N] {
    let mut bytes = [0; N];
    let mut next = start;
    for byte in &mut bytes {
        *byte = next;
        next = next.wrapping_add(1);
    }
    bytes
}

/// HKDF-SHA-256 with the label of this protocol.
pub(super) fn derive(secret: &[u8], salt: &[u8], label: &str) -> [u8; 32] {
    let mut key = [0; 32];
    let info = format!("sanctuary/1 {label}");
    Hkdf::<Sha256>::new(Some(salt), secret)
        .expand(info.as_bytes(), &mut key)
        .expect("32 bytes");
    key
}

/// An Ed25519 public key.
pub(super) fn public_key(seed: &[u8; 32]) -> [u8; 32] {
    SigningKey::from_bytes(seed).verifying_key().to_bytes()
}

/// An Ed25519 signature.
pub(super) fn sign(seed: &[u8; 32], message: &[u8]) -> [u8; 64] {
    SigningKey::from_bytes(seed).sign(message).to_bytes()
}

/// AES-256-GCM without any padding.
pub(super) fn encrypt(key: &[u8; 32], nonce: &[u8; 12], aad: &[u8], msg: &[u8]) -> Vec<u8> {
    let cipher = Aes256Gcm::new_from_slice(key).expect("32 bytes");
    let sealed = cipher
        .encrypt(Nonce::from_slice(nonce), Payload { msg, aad })
        .expect("in memory");
    [&nonce[..], &sealed].concat()
}

/// Padding by the table of size classes.
pub(super) fn pad(content: &[u8]) -> Vec<u8> {
    let mut size = 256;
    while size < content.len() + 1 {
        size += size.min(65_536);
    }
    let mut padded = content.to_vec();
    padded.push(0x80);
    padded.resize(size, 0);
    padded
}

/// The whole seal.
pub(super) fn seal(key: &[u8; 32], nonce: &[u8; 12], aad: &[u8], content: &[u8]) -> Vec<u8> {
    encrypt(key, nonce, aad, &pad(content))
}

/// `opaque x<V>`.
pub(super) fn vector(bytes: &[u8]) -> Vec<u8> {
    let length = u32::try_from(bytes.len()).expect("short");
    let [a, b, c, d] = length.to_be_bytes();
    let mut out = match length {
        0..64 => vec![d],
        64..16_384 => vec![0x40 | c, d],
        _ => vec![0x80 | a, b, c, d],
    };
    out.extend_from_slice(bytes);
    out
}

/// A copy with one bit changed.
pub(super) fn altered(bytes: &[u8], at: usize) -> Vec<u8> {
    let mut out = bytes.to_vec();
    out[at] ^= 1;
    out
}
