//! Words: single ones, fingerprints and the safety phrase.

use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::primitives::pattern;

/// The first words of some data.
pub(super) fn words() -> Vec<Value> {
    [("empty", &b""[..], 6), ("one word", b"sanctuary", 1), ("as many as a hash has", b"sanctuary", 23), ("bytes", &[0, 255], 2)]
        .map(|(name, data, n)| json!({ "name": name, "data": hex::encode(data), "n": n, "words": spell(data, n) }))
        .to_vec()
}

/// What people compare.
pub(super) fn fingerprints() -> Vec<Value> {
    [0_u8, 0x40, 0xa5]
        .map(|start| {
            let (room, identity, authenticator) = (
                pattern::<16>(start),
                pattern::<16>(start ^ 0x80),
                pattern::<32>(start ^ 0x20),
            );
            json!({
                "name": format!("fields from {start}"),
                "room_id": hex::encode(room),
                "identity": hex::encode(identity),
                "epoch_authenticator": hex::encode(authenticator),
                "room": spell(&[&b"sanctuary/1 room"[..], &room].concat(), 2),
                "member": spell(&[&b"sanctuary/1 member"[..], &room, &identity].concat(), 2),
                "safety": spell(&[&b"sanctuary/1 safety"[..], &authenticator].concat(), 6),
            })
        })
        .to_vec()
}

/// Reads the hash as a text of bits.
fn spell(data: &[u8], n: usize) -> Vec<&'static str> {
    let bits = Sha256::digest(data)
        .iter()
        .fold(String::new(), |bits, byte| bits + &format!("{byte:08b}"));
    let list = bip39::Language::English.word_list();
    (0..n)
        .map(|word| usize::from_str_radix(&bits[word * 11..word * 11 + 11], 2).expect("bits"))
        .map(|index| list[index])
        .collect()
}
