//! Roots, the keys that hang on them, and what they sign.

use argon2::{Algorithm, Argon2, Params, Version};
use serde_json::{Value, json};

use super::primitives::{derive, pattern, public_key, sign};

/// Argon2id of prepared passwords.
pub(super) fn roots() -> Vec<Value> {
    [
        ("plain", "correct horse battery staple", 0x10),
        ("not ASCII", "p\u{e5}ss \u{1f511}", 0x50),
        ("one byte", "x", 0),
    ]
    .map(|(name, password, start)| {
        let (room, secret) = (pattern::<16>(start), pattern::<24>(start + 16));
        let params = Params::new(19 * 1024, 2, 1, Some(32)).expect("valid");
        let mut root_key = [0; 32];
        Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
            .hash_password_into(
                password.as_bytes(),
                &[&secret[..], &room].concat(),
                &mut root_key,
            )
            .expect("valid");
        json!({ "name": name, "password": password, "room_id": hex::encode(room),
                "link_secret": hex::encode(secret), "root": hex::encode(root_key) })
    })
    .to_vec()
}

/// Everything derived, each from its own secret.
pub(super) fn keys() -> Vec<Value> {
    [0x00_u8, 0x77]
        .map(|start| {
            let (root_key, room, secret, share, capsule_secret) = (
                pattern::<32>(start),
                pattern::<16>(start.wrapping_add(32)),
                pattern::<24>(start.wrapping_add(48)),
                pattern::<32>(start.wrapping_add(72)),
                pattern::<32>(start.wrapping_add(104)),
            );
            let admission_seed = derive(&root_key, &room, "admission key");
            let session_seed = derive(&share, b"", "session key");
            json!({
                "name": format!("fields from {start}"),
                "root": hex::encode(root_key),
                "room_id": hex::encode(room),
                "link_secret": hex::encode(secret),
                "share": hex::encode(share),
                "capsule_secret": hex::encode(capsule_secret),
                "admission_seed": hex::encode(admission_seed),
                "admission_key": hex::encode(public_key(&admission_seed)),
                "external_psk": hex::encode(derive(&root_key, &room, "external psk")),
                "seal_key": hex::encode(derive(&root_key, &room, "seal")),
                "name_key": hex::encode(derive(&secret, &room, "room name")),
                "session_seed": hex::encode(session_seed),
                "session_key": hex::encode(public_key(&session_seed)),
                "capsule_key": hex::encode(derive(&capsule_secret, b"", "capsule")),
            })
        })
        .to_vec()
}

/// What answers the relay's challenges.
pub(super) fn signatures() -> Vec<Value> {
    [0x21_u8, 0x9c]
        .map(|start| {
            let (root_key, room, share, nonce) = (
                pattern::<32>(start),
                pattern::<16>(start),
                pattern::<32>(!start),
                pattern::<32>(start / 2),
            );
            let session_seed = derive(&share, b"", "session key");
            let session_key = public_key(&session_seed);
            let join = [&b"sanctuary/1 join"[..], &room, &nonce, &session_key].concat();
            let resume = [&b"sanctuary/1 resume"[..], &nonce, &session_key].concat();
            json!({
                "name": format!("fields from {start}"),
                "root": hex::encode(root_key),
                "room_id": hex::encode(room),
                "share": hex::encode(share),
                "nonce": hex::encode(nonce),
                "session_key": hex::encode(session_key),
                "join": hex::encode(sign(&derive(&root_key, &room, "admission key"), &join)),
                "resume": hex::encode(sign(&session_seed, &resume)),
            })
        })
        .to_vec()
}
