//! Seals of every kind, with a given nonce.

use serde_json::{Value, json};

use super::primitives::{altered, derive, encrypt, pattern, public_key, seal, vector};

/// The outer seals of a room; content null if the seal must not open.
pub(super) fn seals() -> Vec<Value> {
    let (key, room, nonce) = (
        pattern::<32>(0x30),
        pattern::<16>(0x50),
        pattern::<12>(0x60),
    );
    let mut cases = Vec::new();
    for (kind, number) in [("group-state", 1), ("commit", 2), ("message", 3)] {
        for epoch in [0, 1, u64::from(u32::MAX) + 7, u64::MAX] {
            let content = format!("a {kind} of epoch {epoch}");
            let sealed = seal(
                &key,
                &nonce,
                &seal_aad(&room, number, epoch),
                content.as_bytes(),
            );
            cases.push(case(
                "valid",
                kind,
                epoch,
                Some(content.as_bytes()),
                &sealed,
            ));
        }
    }
    cases.extend(odd_seals());
    cases
}

/// Seals at the edges, and hostile ones.
fn odd_seals() -> Vec<Value> {
    let (key, room, nonce) = (
        pattern::<32>(0x30),
        pattern::<16>(0x50),
        pattern::<12>(0x60),
    );
    let aad = seal_aad(&room, 3, 5);
    let sealed = seal(&key, &nonce, &aad, b"content");
    let empty = seal(&key, &nonce, &aad, b"");
    let large = seal(&key, &nonce, &aad, &[9; 300]);
    let mut cases = vec![
        case("empty content", "message", 5, Some(b""), &empty),
        case("two classes", "message", 5, Some(&[9; 300]), &large),
    ];
    cases.extend([
        case("another epoch", "message", 6, None, &sealed),
        case("another kind", "commit", 5, None, &sealed),
        case("altered nonce", "message", 5, None, &altered(&sealed, 0)),
        case("altered content", "message", 5, None, &altered(&sealed, 12)),
        case(
            "altered tag",
            "message",
            5,
            None,
            &altered(&sealed, sealed.len() - 1),
        ),
        case(
            "a byte short",
            "message",
            5,
            None,
            &sealed[..sealed.len() - 1],
        ),
        case(
            "a byte long",
            "message",
            5,
            None,
            &[&sealed[..], &[0]].concat(),
        ),
        case("shorter than a nonce", "message", 5, None, &sealed[..11]),
        case("shorter than a tag", "message", 5, None, &sealed[..27]),
        case("empty", "message", 5, None, &[]),
        case(
            "no padding",
            "message",
            5,
            None,
            &encrypt(&key, &nonce, &aad, b"content"),
        ),
        case(
            "nothing inside",
            "message",
            5,
            None,
            &encrypt(&key, &nonce, &aad, b""),
        ),
        case(
            "zeros inside",
            "message",
            5,
            None,
            &encrypt(&key, &nonce, &aad, &[0; 256]),
        ),
        case(
            "another room",
            "message",
            5,
            None,
            &seal(&key, &nonce, &seal_aad(&pattern(1), 3, 5), b"content"),
        ),
        case(
            "another key",
            "message",
            5,
            None,
            &seal(&pattern(2), &nonce, &aad, b"content"),
        ),
    ]);
    cases
}

fn case(name: &str, kind: &str, epoch: u64, content: Option<&[u8]>, sealed: &[u8]) -> Value {
    let (key, room, nonce) = (
        pattern::<32>(0x30),
        pattern::<16>(0x50),
        pattern::<12>(0x60),
    );
    json!({
        "name": name,
        "key": hex::encode(key),
        "room_id": hex::encode(room),
        "kind": kind,
        "epoch": epoch.to_string(),
        "nonce": hex::encode(nonce),
        "content": content.map(hex::encode),
        "sealed": hex::encode(sealed),
    })
}

fn seal_aad(room: &[u8; 16], kind: u8, epoch: u64) -> Vec<u8> {
    [
        &b"sanctuary/1 seal"[..],
        room,
        &[kind],
        &epoch.to_be_bytes(),
    ]
    .concat()
}

/// Sealed room names; the name null if the seal must not open or holds no name.
pub(super) fn room_names() -> Vec<Value> {
    let (room, secret, nonce) = (
        pattern::<16>(0x11),
        pattern::<24>(0x91),
        pattern::<12>(0x01),
    );
    let key = derive(&secret, &room, "room name");
    let aad = [&b"sanctuary/1 room name"[..], &room].concat();
    let sealed = |content: &[u8]| seal(&key, &nonce, &aad, content);
    let long = "n".repeat(128);
    let cases = [
        ("plain", Some("Tea"), sealed(b"Tea")),
        (
            "not ASCII",
            Some("Caf\u{e9} \u{1f375}"),
            sealed("Caf\u{e9} \u{1f375}".as_bytes()),
        ),
        ("128 bytes", Some(long.as_str()), sealed(long.as_bytes())),
        ("empty", None, sealed(b"")),
        ("129 bytes", None, sealed(&[b'n'; 129])),
        ("not UTF-8", None, sealed(&[0xff, 0xfe])),
        ("overlong UTF-8", None, sealed(&[0xc0, 0xaf])),
        ("altered", None, altered(&sealed(b"Tea"), 20)),
        (
            "another room",
            None,
            seal(
                &key,
                &nonce,
                &[&b"sanctuary/1 room name"[..], &[0; 16]].concat(),
                b"Tea",
            ),
        ),
        ("another key", None, seal(&[1; 32], &nonce, &aad, b"Tea")),
    ];
    cases
        .map(|(name, room_name, sealed)| {
            json!({ "name": name, "room_id": hex::encode(room), "link_secret": hex::encode(secret),
                "nonce": hex::encode(nonce), "room_name": room_name, "sealed": hex::encode(sealed) })
        })
        .to_vec()
}

/// Capsules; fields null if it must not open or decode.
pub(super) fn capsules() -> Vec<Value> {
    let (share, capsule_secret, nonce) = (
        pattern::<32>(0xc0),
        pattern::<32>(0x0e),
        pattern::<12>(0x40),
    );
    let key = derive(&capsule_secret, b"", "capsule");
    let session_key = public_key(&derive(&share, b"", "session key"));
    let aad = [&b"sanctuary/1 capsule"[..], &session_key].concat();
    let content = capsule("correct horse", "Tea", "Ann");
    let fields = |password: &str, room_name: &str, alias: &str| {
        json!({
            "room_id": hex::encode(pattern::<16>(0x01)), "root": hex::encode(pattern::<32>(0x20)),
            "link_secret": hex::encode(pattern::<24>(0x60)), "password": password, "room_name": room_name, "alias": alias,
            "identity": hex::encode(pattern::<16>(0x80)), "signature_seed": hex::encode(pattern::<32>(0xa0)),
        })
    };
    let (long_password, long_name, long_alias) = ("p".repeat(256), "n".repeat(128), "a".repeat(64));
    let sealed = |content: &[u8]| seal(&key, &nonce, &aad, content);
    let cases = [
        (
            "plain",
            fields("correct horse", "Tea", "Ann"),
            sealed(&content),
        ),
        (
            "longest",
            fields(&long_password, &long_name, &long_alias),
            sealed(&capsule(&long_password, &long_name, &long_alias)),
        ),
        (
            "a byte short",
            Value::Null,
            sealed(&content[..content.len() - 1]),
        ),
        (
            "a byte long",
            Value::Null,
            sealed(&[&content[..], &[0]].concat()),
        ),
        ("empty", Value::Null, sealed(b"")),
        (
            "empty password",
            Value::Null,
            sealed(&capsule("", "Tea", "Ann")),
        ),
        (
            "empty room name",
            Value::Null,
            sealed(&capsule("correct horse", "", "Ann")),
        ),
        (
            "broken alias",
            Value::Null,
            sealed(&capsule("correct horse", "Tea", "\u{202e}Ann")),
        ),
        ("altered", Value::Null, altered(&sealed(&content), 100)),
        (
            "another session",
            Value::Null,
            seal(&key, &nonce, b"sanctuary/1 capsule", &content),
        ),
        (
            "an older capsule secret",
            Value::Null,
            seal(
                &derive(&pattern::<32>(0x0d), b"", "capsule"),
                &nonce,
                &aad,
                &content,
            ),
        ),
        (
            "the share as capsule secret",
            Value::Null,
            seal(&derive(&share, b"", "capsule"), &nonce, &aad, &content),
        ),
    ];
    cases
        .map(|(name, fields, sealed)| {
            json!({ "name": name, "share": hex::encode(share), "capsule_secret": hex::encode(capsule_secret),
                "nonce": hex::encode(nonce), "fields": fields, "sealed": hex::encode(sealed) })
        })
        .to_vec()
}

fn capsule(password: &str, room_name: &str, alias: &str) -> Vec<u8> {
    [
        &pattern::<16>(0x01)[..],
        &pattern::<32>(0x20),
        &pattern::<24>(0x60),
        &vector(password.as_bytes()),
        &vector(room_name.as_bytes()),
        &vector(alias.as_bytes()),
        &pattern::<16>(0x80),
        &pattern::<32>(0xa0),
    ]
    .concat()
}

/// Rekeys under a given rekey secret; fields null if it must not open or decode.
pub(super) fn rekeys() -> Vec<Value> {
    let (key, room, nonce) = (
        pattern::<32>(0x13),
        pattern::<16>(0x37),
        pattern::<12>(0x42),
    );
    let aad = |epoch: u64| [&b"sanctuary/1 rekey"[..], &room, &epoch.to_be_bytes()].concat();
    let content = [
        &pattern::<32>(0x71)[..],
        &pattern::<24>(0x91),
        &vector(b"new password"),
    ]
    .concat();
    let fields = json!({ "root": hex::encode(pattern::<32>(0x71)), "link_secret": hex::encode(pattern::<24>(0x91)),
        "password": "new password" });
    let cases = [
        ("plain", fields, seal(&key, &nonce, &aad(4), &content)),
        (
            "another epoch",
            Value::Null,
            seal(&key, &nonce, &aad(3), &content),
        ),
        (
            "a byte long",
            Value::Null,
            seal(&key, &nonce, &aad(4), &[&content[..], &[0]].concat()),
        ),
        (
            "a byte short",
            Value::Null,
            seal(&key, &nonce, &aad(4), &content[..content.len() - 1]),
        ),
        (
            "another key",
            Value::Null,
            seal(&[5; 32], &nonce, &aad(4), &content),
        ),
    ];
    cases
        .map(|(name, fields, sealed)| {
            json!({ "name": name, "rekey_secret": hex::encode(key), "room_id": hex::encode(room), "epoch": "4",
                "nonce": hex::encode(nonce), "fields": fields, "sealed": hex::encode(sealed) })
        })
        .to_vec()
}
