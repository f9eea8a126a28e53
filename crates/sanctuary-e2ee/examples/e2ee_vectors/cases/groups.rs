//! Structures inside the group: roster entries, contents of seals.

use serde_json::{Value, json};

use super::primitives::{altered, pattern, public_key, sign, vector};

const ROOM: u8 = 0x08;
const IDENTITY: u8 = 0x48;
const SEED: u8 = 0x88;

/// Roster entries; `valid` says whether the entry decodes and holds for this room and signature
/// key.
pub(super) fn roster_entries() -> Vec<Value> {
    let entry = signed_entry("Ann", 7);
    let (long, longer) = ("x".repeat(64), "x".repeat(65));
    let last = entry.len() - 1;
    [
        ("plain", "Ann", 7, true, entry.clone()),
        (
            "not ASCII",
            "Zo\u{eb} \u{1f98a}",
            1,
            true,
            signed_entry("Zo\u{eb} \u{1f98a}", 1),
        ),
        (
            "greatest member number",
            "Ann",
            u32::MAX,
            true,
            signed_entry("Ann", u32::MAX),
        ),
        ("64 bytes", &long, 7, true, signed_entry(&long, 7)),
        ("65 bytes", &longer, 7, false, signed_entry(&longer, 7)),
        ("empty alias", "", 7, false, signed_entry("", 7)),
        (
            "white space at an end",
            "Ann ",
            7,
            false,
            signed_entry("Ann ", 7),
        ),
        (
            "direction override",
            "A\u{202e}nn",
            7,
            false,
            signed_entry("A\u{202e}nn", 7),
        ),
        ("altered signature", "Ann", 7, false, altered(&entry, last)),
        ("altered alias", "@nn", 7, false, altered(&entry, 21)),
        ("altered identity", "Ann", 7, false, altered(&entry, 0)),
        (
            "altered member number",
            "Ann",
            6,
            false,
            altered(&entry, 19),
        ),
        (
            "signed without the label",
            "Ann",
            7,
            false,
            unlabelled_entry(),
        ),
        ("a byte short", "Ann", 7, false, entry[..last].to_vec()),
        ("a byte long", "Ann", 7, false, [&entry[..], &[0]].concat()),
        (
            "length not in its shortest form",
            "Ann",
            7,
            false,
            [&entry[..20], &[0x40], &entry[20..]].concat(),
        ),
        (
            "alias not UTF-8",
            "",
            7,
            false,
            entry_of(&[0xff, 0xfe], 7, &[0; 64]),
        ),
    ]
    .map(|(name, alias, member, valid, entry)| {
        json!({
            "name": name,
            "room_id": hex::encode(pattern::<16>(ROOM)),
            "identity": hex::encode(pattern::<16>(IDENTITY)),
            "member": member,
            "alias": alias,
            "signature_seed": hex::encode(pattern::<32>(SEED)),
            "signature_key": hex::encode(public_key(&pattern(SEED))),
            "entry": hex::encode(entry),
            "valid": valid,
        })
    })
    .to_vec()
}

fn signed_entry(alias: &str, member: u32) -> Vec<u8> {
    let labelled = [
        vector(b"MLS 1.0 SanctuaryRosterEntry"),
        vector(&tbs(alias, member)),
    ]
    .concat();
    entry_of(alias.as_bytes(), member, &sign(&pattern(SEED), &labelled))
}

fn unlabelled_entry() -> Vec<u8> {
    entry_of(b"Ann", 7, &sign(&pattern(SEED), &tbs("Ann", 7)))
}

fn tbs(alias: &str, member: u32) -> Vec<u8> {
    [
        &pattern::<16>(ROOM)[..],
        &pattern::<16>(IDENTITY),
        &member.to_be_bytes(),
        &vector(alias.as_bytes()),
    ]
    .concat()
}

fn entry_of(alias: &[u8], member: u32, signature: &[u8; 64]) -> Vec<u8> {
    [
        &pattern::<16>(IDENTITY)[..],
        &member.to_be_bytes(),
        &vector(alias),
        signature,
    ]
    .concat()
}

/// Contents of seals; fields null if they must not decode.
pub(super) fn contents() -> Vec<Value> {
    let info = pattern::<100>(3);
    let (one, two) = (signed_entry("Ann", 1), signed_entry("Bob", 2));
    let state = |roster: &[u8]| [vector(&info), vector(roster)].concat();
    let fields = |roster: &[&Vec<u8>]| json!({ "group_info": hex::encode(info), "roster": roster.iter().map(hex::encode).collect::<Vec<_>>() });
    let commit = |message: &[u8], rekey: &[u8]| [vector(message), vector(rekey)].concat();
    let commit_fields = |message: &[u8], rekey: &[u8]| json!({ "mls_message": hex::encode(message), "rekey": hex::encode(rekey) });
    let big = vec![6; 20_000];
    [
        ("two members", "group-state", fields(&[&one, &two]), state(&[&one[..], &two].concat())),
        ("nobody", "group-state", fields(&[]), state(&[])),
        ("half an entry", "group-state", Value::Null, state(&one[..30])),
        ("a byte long", "group-state", Value::Null, [state(&one), vec![0]].concat()),
        ("a byte short", "group-state", Value::Null, state(&one)[..150].to_vec()),
        ("empty", "group-state", Value::Null, vec![]),
        ("commit", "commit-content", commit_fields(b"mls", b""), commit(b"mls", b"")),
        ("kick", "commit-content", commit_fields(b"mls", b"rekey"), commit(b"mls", b"rekey")),
        ("large", "commit-content", commit_fields(&big, b""), commit(&big, b"")),
        ("a byte long", "commit-content", Value::Null, [commit(b"mls", b""), vec![0]].concat()),
        ("one field only", "commit-content", Value::Null, vector(b"mls")),
        ("length with an invalid prefix", "commit-content", Value::Null, vec![0xc0, 0, 0, 0, 0, 0, 0, 0, 0]),
        ("length not in its shortest form", "commit-content", Value::Null, vec![0x40, 1, 9, 0]),
    ]
    .map(|(name, structure, fields, bytes)| {
        json!({ "name": name, "structure": structure, "fields": fields, "bytes": hex::encode(bytes) })
    })
    .to_vec()
}
