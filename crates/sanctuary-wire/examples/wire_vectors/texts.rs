//! The byte strings that are signed, and room ids as they stand in links.

use sanctuary_wire::{Nonce, RoomId, SessionKey, join_challenge, resume_challenge};
use serde_json::{Value, json};

use super::describe::hex;

/// The cases of `challenges.json`.
pub(crate) fn challenges() -> Vec<Value> {
    [
        (RoomId([0; 16]), 0x00, 0xff),
        (RoomId(*b"0123456789abcdef"), 0xa5, 0x5a),
    ]
    .into_iter()
    .map(|(room_id, nonce, key)| {
        let (nonce, session_key) = (Nonce([nonce; 32]), SessionKey([key; 32]));
        json!({
            "room_id": hex(&room_id.0), "nonce": hex(&nonce.0),
            "session_key": hex(&session_key.0),
            "join": hex(&join_challenge(&room_id, &nonce, &session_key)),
            "resume": hex(&resume_challenge(&nonce, &session_key)),
        })
    })
    .collect()
}

/// The cases of `room-ids.json`: a text and its bytes, or null if it is not a room id.
pub(crate) fn room_ids() -> Vec<Value> {
    let valid = [[0; 16], [0xff; 16], *b"\xfb\xef\xbe0123456789abc"];
    let hostile = [
        ("empty", ""),
        ("one character short", "AAAAAAAAAAAAAAAAAAAAA"),
        ("one character long", "AAAAAAAAAAAAAAAAAAAAAAA"),
        ("padding", "AAAAAAAAAAAAAAAAAAAAAA=="),
        ("trailing bits", "AAAAAAAAAAAAAAAAAAAAAB"),
        ("all trailing bits", "AAAAAAAAAAAAAAAAAAAAAP"),
        ("the other alphabet", "+/AAAAAAAAAAAAAAAAAAAA"),
        ("white space before", " AAAAAAAAAAAAAAAAAAAAA"),
        ("white space after", "AAAAAAAAAAAAAAAAAAAAA\n"),
        ("not ASCII", "AAAAAAAAAAAAAAAAAAAA\u{c4}"),
        ("escaped", "%41AAAAAAAAAAAAAAAAAAA"),
    ];
    let valid = valid.into_iter().map(|bytes| {
        json!({"name": "valid", "text": RoomId(bytes).to_base64url(), "bytes": hex(&bytes)})
    });
    let hostile = hostile
        .into_iter()
        .map(|(name, text)| json!({"name": name, "text": text, "bytes": null}));
    valid.chain(hostile).collect()
}
