//! Bytes that are no frames, and why. Expected classes are stated here and not computed.

use sanctuary_wire::limits::{MAX_CAPSULE, SEALED_NAME};
use sanctuary_wire::{ClientFrame, RelayFrame};
use serde_json::{Value, json};

use super::describe::hex;
use super::{client_frames, relay_frames};

const CLIENT: &str = "client";
const RELAY: &str = "relay";

/// The cases of `hostile-frames.json`.
pub(crate) fn all() -> Vec<Value> {
    [
        cut_and_extended(),
        types(),
        lengths(),
        sizes(),
        values(),
        order(),
    ]
    .concat()
}

fn case(name: &str, from: &str, bytes: &[u8], error: &str) -> Value {
    json!({"name": name, "from": from, "bytes": hex(bytes), "error": error})
}

/// The first valid frame of each type, without its last byte and with one more.
fn cut_and_extended() -> Vec<Value> {
    let client = client_frames::frames();
    let relay = relay_frames::frames();
    let client = client
        .iter()
        .map(|(_, frame)| (CLIENT, frame.name(), frame.encode()));
    let relay = relay
        .iter()
        .map(|(_, frame)| (RELAY, frame.name(), frame.encode()));
    let mut cases = Vec::new();
    let mut seen = Vec::new();
    for (from, kind, bytes) in client.chain(relay) {
        if seen.contains(&(from, kind)) {
            continue;
        }
        seen.push((from, kind));
        let cut = &bytes[..bytes.len() - 1];
        let extended = [&bytes[..], &[0]].concat();
        cases.push(case(
            &format!("{kind}, a byte short"),
            from,
            cut,
            "truncated",
        ));
        cases.push(case(
            &format!("{kind}, a byte long"),
            from,
            &extended,
            "trailing-bytes",
        ));
    }
    cases
}

/// Types that nobody has, and those of the other direction.
fn types() -> Vec<Value> {
    let unknown = [0x00, 0x11, 0x7f, 0x80, 0x95, 0xff];
    let of_client = ClientFrame::TYPES.iter().map(|&(kind, _)| kind);
    let of_relay = RelayFrame::TYPES.iter().map(|&(kind, _)| kind);
    let to_client = unknown
        .into_iter()
        .chain(of_client)
        .map(|kind| (RELAY, kind));
    let to_relay = unknown
        .into_iter()
        .chain(of_relay)
        .map(|kind| (CLIENT, kind));
    to_relay
        .chain(to_client)
        .map(|(from, kind)| {
            case(
                &format!("type {kind:#04x}"),
                from,
                &[kind, 0, 0, 0, 1],
                "unknown-type",
            )
        })
        .collect()
}

/// Lengths of vectors that have no meaning, or claim more than there is. `PutCapsule` is nothing
/// but a vector.
fn lengths() -> Vec<Value> {
    let cases: [(&str, &[u8], &str); 15] = [
        ("no length", &[], "truncated"),
        ("half a two-byte length", &[0x40], "truncated"),
        ("half a four-byte length", &[0x80, 0, 0x40], "truncated"),
        ("nothing in two bytes", &[0x40, 0x00], "non-minimal-length"),
        ("63 in two bytes", &[0x40, 0x3f], "non-minimal-length"),
        (
            "nothing in four bytes",
            &[0x80, 0, 0, 0],
            "non-minimal-length",
        ),
        (
            "63 in four bytes",
            &[0x80, 0, 0, 0x3f],
            "non-minimal-length",
        ),
        (
            "16383 in four bytes",
            &[0x80, 0, 0x3f, 0xff],
            "non-minimal-length",
        ),
        ("prefix 11", &[0xc0, 0, 0, 0, 0, 0, 0, 0], "length-prefix"),
        ("prefix 11, alone", &[0xc0], "length-prefix"),
        ("prefix 11, ones", &[0xff; 8], "length-prefix"),
        ("more than there is", &[0x02, 0], "truncated"),
        (
            "more than there is, two bytes",
            &[0x7f, 0xff, 0],
            "truncated",
        ),
        (
            "more than there is, four bytes",
            &[0xbf, 0xff, 0xff, 0xff, 0],
            "truncated",
        ),
        ("less than there is", &[0x01, 0, 0], "trailing-bytes"),
    ];
    cases
        .into_iter()
        .map(|(name, rest, error)| case(name, CLIENT, &[&[0x0a], rest].concat(), error))
        .collect()
}

/// Vectors of lengths that their type does not allow.
fn sizes() -> Vec<Value> {
    let put_capsule = [&[0x0a][..], &vector(MAX_CAPSULE + 1)].concat();
    let message = |recipients| [&[0x09][..], &[0; 16], &vector(recipients), &vector(0)].concat();
    let commit = |evicted, admission_key, sealed_name| {
        let vectors = [0, 0, evicted, admission_key, sealed_name].map(vector);
        [&[0x08][..], &[0; 8], &vectors.concat()].concat()
    };
    let create = |capsule, sealed_name| {
        let vectors = [capsule, sealed_name, 0].map(vector);
        [&[0x03][..], &[0; 16 + 4 + 32 + 32], &vectors.concat()].concat()
    };
    let room = |sealed_name| [&[0x82][..], &[0; 4], &vector(sealed_name)].concat();
    let admitted = |members| [&[0x84][..], &[0; 8], &vector(members)].concat();
    let join = [&[0x04][..], &[0; 16 + 32 + 64], &vector(MAX_CAPSULE + 1)].concat();
    [
        ("capsule too long, PutCapsule", CLIENT, put_capsule),
        (
            "capsule too long, Create",
            CLIENT,
            create(MAX_CAPSULE + 1, SEALED_NAME),
        ),
        ("capsule too long, Join", CLIENT, join),
        ("sealed name missing, Create", CLIENT, create(0, 0)),
        (
            "sealed name too short, Create",
            CLIENT,
            create(0, SEALED_NAME - 1),
        ),
        (
            "sealed name too long, Create",
            CLIENT,
            create(0, SEALED_NAME + 1),
        ),
        ("recipients, 1 byte", CLIENT, message(1)),
        ("recipients, 7 bytes", CLIENT, message(7)),
        ("evicted, 3 bytes", CLIENT, commit(3, 0, 0)),
        ("admission key, 1 byte", CLIENT, commit(0, 1, 0)),
        ("admission key too short", CLIENT, commit(0, 31, 0)),
        ("admission key too long", CLIENT, commit(0, 33, 0)),
        (
            "sealed name too short, Commit",
            CLIENT,
            commit(0, 0, SEALED_NAME - 1),
        ),
        (
            "sealed name too long, Commit",
            CLIENT,
            commit(0, 32, SEALED_NAME + 1),
        ),
        ("sealed name missing, Room", RELAY, room(0)),
        ("sealed name too long, Room", RELAY, room(SEALED_NAME + 1)),
        ("members, 4 bytes", RELAY, admitted(4)),
        ("members, 6 bytes", RELAY, admitted(6)),
    ]
    .into_iter()
    .map(|(name, from, bytes)| case(name, from, &bytes, "vector-length"))
    .collect()
}

/// A vector of `len` zeros.
fn vector(len: usize) -> Vec<u8> {
    let len_bytes = u16::try_from(len).unwrap_or_default().to_be_bytes();
    let mut bytes = if len < 64 {
        vec![len_bytes[1]]
    } else {
        vec![0x40 | len_bytes[0], len_bytes[1]]
    };
    bytes.resize(bytes.len() + len, 0);
    bytes
}

/// The values beside those that each enumerated field has.
fn values() -> Vec<Value> {
    let member = [0, 0, 0, 1];
    // name, what comes before the value, the largest value, what comes after it
    let fields: [(&str, Vec<u8>, u8, &[u8]); 9] = [
        (
            "continuity",
            [&[0x85][..], &[0; 4 + 4 + 8 + 8]].concat(),
            3,
            &[0, 0],
        ),
        (
            "presence, Admitted",
            [&[0x84][..], &[0; 8], &[5], &member].concat(),
            3,
            &[],
        ),
        (
            "presence, second of Admitted",
            [&[0x84][..], &[0; 8], &[10], &member, &[1], &member].concat(),
            3,
            &[],
        ),
        ("refused reason", vec![0x86], 7, &[0; 4]),
        ("nack reason", [&[0x8d][..], &[0; 8]].concat(), 2, &[]),
        ("presence", [&[0x8e][..], &member].concat(), 3, &[]),
        ("alarm", vec![0x8f], 1, &[0; 4]),
        ("ended reason", vec![0x90], 6, &[]),
        ("completeness", [&[0x92][..], &[0; 8]].concat(), 2, &[]),
    ];
    let mut cases = Vec::new();
    for (name, before, largest, after) in fields {
        for value in [0, largest + 1, u8::MAX] {
            let bytes = [&before, &[value][..], after].concat();
            cases.push(case(
                &format!("{name} {value}"),
                RELAY,
                &bytes,
                "unknown-value",
            ));
        }
    }
    cases
}

/// With several faults, the first field that fails decides.
fn order() -> Vec<Value> {
    vec![
        case("empty, to the relay", CLIENT, &[], "truncated"),
        case("empty, to the client", RELAY, &[], "truncated"),
        case(
            "unknown type, bytes left over",
            CLIENT,
            &[0x7f; 9],
            "unknown-type",
        ),
        case(
            "unknown value, then cut",
            RELAY,
            &[0x86, 9],
            "unknown-value",
        ),
        case(
            "unknown value, then bytes left over",
            RELAY,
            &[0x90, 7, 0],
            "unknown-value",
        ),
        case(
            "unknown value in a cut list",
            RELAY,
            &[0x84, 0, 0, 0, 0, 0, 0, 0, 0, 10, 0, 0, 0, 1, 9],
            "truncated",
        ),
        case(
            "unknown value in a list of a wrong size",
            RELAY,
            &[0x84, 0, 0, 0, 0, 0, 0, 0, 0, 6, 0, 0, 0, 1, 9, 0],
            "vector-length",
        ),
        case(
            "too long for its type and for the frame",
            CLIENT,
            &[0x0a, 0x48, 0x01, 0],
            "truncated",
        ),
        case(
            "wrong size, then bytes left over",
            RELAY,
            &[0x82, 0, 0, 0, 0, 1, 0, 0],
            "vector-length",
        ),
    ]
}
