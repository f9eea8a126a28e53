//! The committed vectors are what the generator writes, and the crate does what they say.

use std::fs;
use std::path::Path;

use bytes::Bytes;
use sanctuary_wire::{ClientFrame, DecodeError, RelayFrame, RoomId};
use serde_json::Value;

use crate::describe;
use crate::files;

fn cases(name: &str) -> Vec<Value> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../vectors/wire");
    let text = fs::read_to_string(folder.join(name)).expect("vectors/wire is complete");
    serde_json::from_str(&text).expect("vectors are JSON")
}

/// The bytes of hex; `None` if it is not.
fn unhex(text: &str) -> Option<Vec<u8>> {
    let digits: Option<Vec<_>> = text.chars().map(|c| c.to_digit(16)).collect();
    let (pairs, rest) = digits.as_ref()?.as_chunks::<2>();
    let bytes = pairs
        .iter()
        .map(|[high, low]| u8::try_from(high * 16 + low).ok());
    rest.is_empty().then(|| bytes.collect())?
}

fn bytes(case: &Value, field: &str) -> Bytes {
    unhex(case[field].as_str().expect("a string"))
        .expect("hex")
        .into()
}

#[test]
fn committed_files_are_what_the_generator_writes() {
    // As values: the order of keys depends on what else of the workspace is built.
    for (name, text) in files::all() {
        let made: Vec<Value> = serde_json::from_str(&text).expect("JSON");
        assert!(
            cases(name) == made,
            "{name} is stale: run `cargo run -p sanctuary-wire --example wire_vectors`"
        );
    }
}

#[test]
fn client_frames_mean_what_the_vectors_say() {
    let mut seen = Vec::new();
    for case in cases("client-frames.json") {
        let bytes = bytes(&case, "bytes");
        let frame = ClientFrame::decode(&bytes).expect("a valid frame");
        assert_eq!(frame.name(), case["type"]);
        assert_eq!(describe::client(&frame), case["fields"], "{}", case["name"]);
        assert_eq!(frame.encode(), bytes);
        seen.push(frame.name());
    }
    assert!(
        ClientFrame::TYPES
            .iter()
            .all(|(_, name)| seen.contains(name))
    );
}

#[test]
fn relay_frames_mean_what_the_vectors_say() {
    let mut seen = Vec::new();
    for case in cases("relay-frames.json") {
        let bytes = bytes(&case, "bytes");
        let frame = RelayFrame::decode(&bytes).expect("a valid frame");
        assert_eq!(frame.name(), case["type"]);
        assert_eq!(describe::relay(&frame), case["fields"], "{}", case["name"]);
        assert_eq!(frame.encode(), bytes);
        seen.push(frame.name());
    }
    assert!(
        RelayFrame::TYPES
            .iter()
            .all(|(_, name)| seen.contains(name))
    );
}

#[test]
fn hostile_frames_are_refused_for_the_reason_the_vectors_say() {
    for case in cases("hostile-frames.json") {
        let bytes = bytes(&case, "bytes");
        let error = if case["from"] == "client" {
            ClientFrame::decode(&bytes).expect_err("a hostile frame")
        } else {
            RelayFrame::decode(&bytes).expect_err("a hostile frame")
        };
        assert_eq!(error.class(), case["error"], "{}", case["name"]);
    }
}

#[test]
fn every_class_of_error_has_a_vector() {
    let cases = cases("hostile-frames.json");
    for error in [
        DecodeError::Truncated,
        DecodeError::TrailingBytes,
        DecodeError::UnknownType,
        DecodeError::NonMinimalLength,
        DecodeError::LengthPrefix,
        DecodeError::UnknownValue(""),
        DecodeError::VectorLength(""),
    ] {
        assert!(
            cases.iter().any(|case| case["error"] == error.class()),
            "{error:?}"
        );
    }
}

#[test]
fn room_ids_are_read_as_the_vectors_say() {
    for case in cases("room-ids.json") {
        let text = case["text"].as_str().expect("a string");
        let expected = case["bytes"].as_str().map(str::to_owned);
        let id = RoomId::from_base64url(text)
            .ok()
            .map(|id| describe::hex(&id.0));
        assert_eq!(id, expected, "{}", case["name"]);
    }
}
