//! What must hold for any bytes on the wire: called by the fuzzer (`fuzz/`), and by `cargo test` with what it has found
//! so far (`fuzz/corpus`).
//!
//! A property that does not hold is a panic.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a property that does not hold ends the test or the fuzzer's run by a panic"
)]

use bytes::Bytes;

use crate::{ClientFrame, DecodeError, RelayFrame, RoomId};

/// A property by the name of its corpus.
pub type Target = (&'static str, fn(&[u8]));

/// All of them.
pub const TARGETS: &[Target] = &[
    ("client_frame", client_frame),
    ("relay_frame", relay_frame),
    ("room_id", room_id),
];

/// Whether bytes are taken, by the name of the corpus.
#[cfg(test)]
type Decoder = (&'static str, fn(&[u8]) -> bool);

/// What both implementations must agree on.
#[cfg(test)]
const DECODERS: &[Decoder] = &[
    ("client_frame", |bytes| {
        ClientFrame::decode(&Bytes::copy_from_slice(bytes)).is_ok()
    }),
    ("relay_frame", |bytes| {
        RelayFrame::decode(&Bytes::copy_from_slice(bytes)).is_ok()
    }),
];

/// A frame from a client: one encoding for each value, of the length that is told beforehand.
pub fn client_frame(bytes: &[u8]) {
    canonical(bytes, ClientFrame::decode, ClientFrame::encode);
    let bytes = Bytes::copy_from_slice(bytes);
    if let Ok(frame) = ClientFrame::decode(&bytes) {
        assert!(frame.encoded_len() == bytes.len());
        shows_nothing(&format!("{frame:?}"));
    }
}

/// A frame from the relay likewise.
pub fn relay_frame(bytes: &[u8]) {
    canonical(bytes, RelayFrame::decode, RelayFrame::encode);
    let bytes = Bytes::copy_from_slice(bytes);
    if let Ok(frame) = RelayFrame::decode(&bytes) {
        assert!(frame.encoded_len() == bytes.len());
        shows_nothing(&format!("{frame:?}"));
    }
}

/// A room id as it stands in a link: taken as it is, or refused.
pub fn room_id(bytes: &[u8]) {
    let Ok(text) = str::from_utf8(bytes) else {
        return;
    };
    if let Ok(id) = RoomId::from_base64url(text) {
        assert!(text.len() == 22 && id.to_base64url() == text);
    }
}

/// What decodes encodes to the same bytes; cut short or with a byte more it does not decode.
fn canonical<T: PartialEq>(
    bytes: &[u8],
    decode: impl Fn(&Bytes) -> Result<T, DecodeError>,
    encode: impl Fn(&T) -> Vec<u8>,
) {
    let whole = Bytes::copy_from_slice(bytes);
    let Ok(frame) = decode(&whole) else { return };
    assert!(encode(&frame) == bytes, "it has two encodings");
    for cut in [0, bytes.len() / 2, bytes.len() - 1] {
        assert!(decode(&whole.slice(..cut)).is_err(), "it ends early");
    }
    let longer = Bytes::from([bytes, &[0]].concat());
    assert!(decode(&longer).is_err(), "bytes are left over");
}

/// Bytes of keys and payloads do not stand in what `Debug` prints, which is short whatever they are.
fn shows_nothing(debug: &str) {
    let lists = debug.matches("MemberNumber(").count();
    assert!(debug.len() <= 400 + 80 * lists, "it prints too much");
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
