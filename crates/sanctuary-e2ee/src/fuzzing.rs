//! What must hold for any bytes that the relay or another member sends, and for any text that a person pastes: called
//! by the fuzzer (`fuzz/`), and by `cargo test` with what it has found so far (`fuzz/corpus`).
//!
//! A property that does not hold is a panic. Contents are given to the decoders without their seals, as somebody who
//! knows the room's password could make them.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a property that does not hold ends the test or the fuzzer's run by a panic"
)]

mod altered;

pub use altered::{
    commit as altered_commit, group_state as altered_group_state, join as altered_join,
    message as altered_message,
};

use crate::{
    Alias, Capsule, Link, Message, Password, RoomName, SealKey,
    contents::{CommitContent, GroupState, Rekey},
    pad,
    roster::RosterEntry,
    unpad,
};

/// A property by the name of its corpus.
pub type Target = (&'static str, fn(&[u8]));

/// All of them.
pub const TARGETS: &[Target] = &[
    ("alias", alias),
    ("altered_commit", altered_commit),
    ("altered_group_state", altered_group_state),
    ("altered_join", altered_join),
    ("altered_message", altered_message),
    ("capsule", capsule),
    ("commit_content", commit_content),
    ("group_state", group_state),
    ("link", link),
    ("message", message),
    ("padding", padding),
    ("password", password),
    ("rekey", rekey),
    ("room_name", room_name),
    ("roster_entry", roster_entry),
    ("seal", seal),
];

/// Whether bytes are taken, by the name of the corpus.
#[cfg(test)]
type Decoder = (&'static str, fn(&[u8]) -> bool);

/// What both implementations must agree on.
#[cfg(test)]
const DECODERS: &[Decoder] = &[
    ("alias", |bytes| {
        text(bytes).is_some_and(|text| Alias::parse(text).is_ok())
    }),
    ("capsule", |bytes| Capsule::decode(bytes).is_ok()),
    ("commit_content", |bytes| {
        CommitContent::decode(bytes).is_ok()
    }),
    ("group_state", |bytes| GroupState::decode(bytes).is_ok()),
    ("link", |bytes| {
        text(bytes).is_some_and(|text| Link::parse(text).is_ok())
    }),
    ("message", |bytes| Message::decode(bytes).is_ok()),
    ("password", |bytes| {
        text(bytes).is_some_and(|text| Password::prepare(text).is_ok())
    }),
    ("rekey", |bytes| Rekey::decode(bytes).is_ok()),
    ("room_name", |bytes| {
        text(bytes).is_some_and(|text| RoomName::new(text).is_ok())
    }),
    ("roster_entry", |bytes| RosterEntry::decode(bytes).is_ok()),
];

/// The text in the bytes, if they are one.
fn text(bytes: &[u8]) -> Option<&str> {
    str::from_utf8(bytes).ok()
}

/// The one encoding of each value: what decodes encodes to the same bytes, and with a byte more it does not decode.
fn canonical<T>(bytes: &[u8], decode: impl Fn(&[u8]) -> Option<T>, encode: impl Fn(&T) -> Vec<u8>) {
    if let Some(value) = decode(bytes) {
        assert!(encode(&value) == bytes, "it has two encodings");
        let longer = [bytes, &[0]].concat();
        assert!(decode(&longer).is_none(), "bytes are left over");
        let shorter = &bytes[..bytes.len() - 1];
        assert!(decode(shorter).is_none(), "it ends early");
    }
}

/// An alias is taken as it is, or refused; what is typed becomes one that is taken.
pub fn alias(bytes: &[u8]) {
    let Some(text) = text(bytes) else { return };
    if let Ok(alias) = Alias::parse(text) {
        assert!(alias.as_str() == text && (1..=64).contains(&text.len()));
        assert!(!text.chars().any(char::is_control) && text.trim() == text);
    }
    if let Ok(alias) = Alias::prepare(text) {
        assert!(Alias::parse(alias.as_str()) == Ok(alias));
    }
}

/// A capsule that decodes has one encoding, and parts that keep their rules.
pub fn capsule(bytes: &[u8]) {
    canonical(
        bytes,
        |bytes| Capsule::decode(bytes).ok(),
        |capsule| capsule.encode().to_vec(),
    );
}

/// What stands in the seal of a commit.
pub fn commit_content(bytes: &[u8]) {
    canonical(
        bytes,
        |bytes| CommitContent::decode(bytes).ok(),
        CommitContent::encode,
    );
}

/// What stands in the seal of a group state.
pub fn group_state(bytes: &[u8]) {
    canonical(
        bytes,
        |bytes| GroupState::decode(bytes).ok(),
        GroupState::encode,
    );
}

/// A link that is taken prints as it was, but for white space around it.
pub fn link(bytes: &[u8]) {
    let Some(text) = text(bytes) else { return };
    if let Ok(link) = Link::parse(text) {
        assert!(link.to_string() == text.trim(), "it changed its meaning");
        assert!(!format!("{link:?}").contains(link.origin.as_str()));
    }
}

/// The application data of a message: of the kinds that are known, one encoding each.
pub fn message(bytes: &[u8]) {
    if let Ok(message) = Message::decode(bytes)
        && message != Message::Unknown
    {
        assert!(*message.encode().unwrap() == bytes, "it has two encodings");
        assert!(format!("{message:?}").len() < 100, "it prints too much");
    }
}

/// Padding comes off, and only padding does.
pub fn padding(bytes: &[u8]) {
    let padded = pad(bytes);
    assert!(padded.len() > bytes.len() && padded.len() >= 256);
    assert!(unpad(&padded) == Ok(bytes));
    if let Ok(content) = unpad(bytes) {
        assert!(bytes.starts_with(content) && bytes[content.len()] == 0x80);
        assert!(bytes[content.len() + 1..].iter().all(|byte| *byte == 0));
    }
}

/// A prepared password is one that preparing leaves as it is.
pub fn password(bytes: &[u8]) {
    let Some(text) = text(bytes) else { return };
    if let Ok(password) = Password::prepare(text) {
        assert!((1..=crate::MAX_PASSWORD).contains(&password.as_str().len()));
        assert!(Password::prepare(password.as_str()) == Ok(password));
    }
}

/// What stands in the seal of a rekey.
pub fn rekey(bytes: &[u8]) {
    canonical(
        bytes,
        |bytes| Rekey::decode(bytes).ok(),
        |rekey| rekey.encode().to_vec(),
    );
}

/// A room name is taken as it is, or refused.
pub fn room_name(bytes: &[u8]) {
    let Some(text) = text(bytes) else { return };
    if let Ok(name) = RoomName::new(text) {
        assert!(name.as_str() == text && (1..=128).contains(&text.len()));
    }
}

/// An entry of the roster.
pub fn roster_entry(bytes: &[u8]) {
    canonical(
        bytes,
        |bytes| RosterEntry::decode(bytes).ok(),
        RosterEntry::encode,
    );
}

/// What nobody sealed does not open; what was sealed opens, as it was and in its place only.
pub fn seal(bytes: &[u8]) {
    let key = SealKey::new(&[7; 32]);
    assert!(key.open(b"place", bytes).is_err(), "a forged seal opens");
    let sealed = key.seal(b"place", bytes).unwrap();
    assert!(key.open(b"place", &sealed).unwrap().as_slice() == bytes);
    assert!(key.open(b"elsewhere", &sealed).is_err());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_fuzzer_found_once_holds() {
        let corpora = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fuzz/corpus");
        for (name, target) in TARGETS {
            let corpus = std::fs::read_dir(format!("{corpora}/{name}")).unwrap();
            let mut inputs = 0;
            for input in corpus {
                target(&std::fs::read(input.unwrap().path()).unwrap());
                inputs += 1;
            }
            assert!(inputs > 0, "{name} has no corpus");
        }
    }

    /// Which inputs of the corpora are taken stands in `vectors/verdicts`, which the TypeScript decoders are held to as
    /// well. With `UPDATE_VERDICTS=1` it is written anew; look at what changes.
    #[test]
    fn the_same_inputs_are_taken_as_by_the_other_implementation() {
        let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");
        for (name, takes) in DECODERS {
            let inputs = std::fs::read_dir(format!("{root}/fuzz/corpus/{name}")).unwrap();
            let mut taken = Vec::new();
            for input in inputs {
                let path = input.unwrap().path();
                if takes(&std::fs::read(&path).unwrap()) {
                    taken.push(path.file_name().unwrap().to_str().unwrap().to_owned());
                }
            }
            taken.sort();
            let verdict = taken.join("\n") + "\n";
            let file = format!("{root}/vectors/verdicts/{name}.txt");
            if std::env::var_os("UPDATE_VERDICTS").is_some() {
                std::fs::write(&file, &verdict).unwrap();
            }
            assert_eq!(std::fs::read_to_string(&file).unwrap(), verdict, "{name}");
        }
    }
}
