//! What must hold for any bytes that a client sends: called by the fuzzer (`fuzz/`), and by `cargo test` with what it
//! has found so far (`fuzz/corpus`).
//!
//! A property that does not hold is a panic.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a property that does not hold ends the test or the fuzzer's run by a panic"
)]

use axum::http::HeaderMap;
use axum::http::header::{CONNECTION, SEC_WEBSOCKET_KEY, SEC_WEBSOCKET_VERSION, UPGRADE};

use crate::origin::{Authority, Origin};
use crate::websocket::{Decoder, Received, TextPolicy, Violation, accept};

/// A property by the name of its corpus.
pub type Target = (&'static str, fn(&[u8]));

/// All of them.
pub const TARGETS: &[Target] = &[
    ("host", host),
    ("origin", origin),
    ("room", room),
    ("upgrade", upgrade),
    ("websocket", websocket),
];

/// Largest message in these runs, in bytes: small, so that short inputs reach it.
const LIMIT: usize = 4096;

/// Any history of a room keeps the promises of PROTOCOL.md, section 5.
pub fn room(bytes: &[u8]) {
    crate::relay::play(bytes);
}

/// A `Host` header is refused, or means the same when written again, and is then safe in a header of ours.
pub fn host(bytes: &[u8]) {
    let Ok(text) = str::from_utf8(bytes) else {
        return;
    };
    if let Ok(authority) = text.parse::<Authority>() {
        let written = authority.to_string();
        assert!(written.parse() == Ok(authority), "it changed its meaning");
        safe_in_a_policy(&written);
    }
}

/// An `Origin` header likewise.
pub fn origin(bytes: &[u8]) {
    let Ok(text) = str::from_utf8(bytes) else {
        return;
    };
    if let Ok(origin) = text.parse::<Origin>() {
        let written = origin.to_string();
        assert!(written.parse() == Ok(origin), "it changed its meaning");
        safe_in_a_policy(&written);
    }
}

/// Nothing in it could end the source, the directive or the header that it is written into.
fn safe_in_a_policy(written: &str) {
    let safe = |byte: u8| byte.is_ascii_alphanumeric() || b"-._:[]/".contains(&byte);
    assert!(written.bytes().all(safe), "it could end a directive");
    assert_eq!(written, written.to_ascii_lowercase());
}

/// Headers, one a line, `name: value`: an upgrade is refused, or was asked for as RFC 6455 demands.
pub fn upgrade(bytes: &[u8]) {
    let mut headers = HeaderMap::new();
    for line in bytes.split(|byte| *byte == b'\n').take(32) {
        let mut parts = line.splitn(2, |byte| *byte == b':');
        let (Some(name), Some(value)) = (parts.next(), parts.next()) else {
            continue;
        };
        // As hyper does, which has read them before.
        let value = value.trim_ascii();
        if let (Ok(name), Ok(value)) = (
            axum::http::HeaderName::from_bytes(name),
            axum::http::HeaderValue::from_bytes(value),
        ) {
            headers.append(name, value);
        }
    }
    if accept(&headers).is_ok() {
        assert!(headers.contains_key(CONNECTION) && headers.contains_key(UPGRADE));
        let only = |name| headers.get_all(name).iter().count() == 1;
        assert!(only(SEC_WEBSOCKET_VERSION) && only(SEC_WEBSOCKET_KEY));
        assert_eq!(headers[SEC_WEBSOCKET_VERSION], "13");
        assert_eq!(headers[SEC_WEBSOCKET_KEY].len(), 24);
    }
}

/// However a stream is cut into reads, the same comes out of it; messages hold to the limit; and what is whole can be
/// sent again and is the same.
pub fn websocket(bytes: &[u8]) {
    let Some((how, stream)) = bytes.split_first() else {
        return;
    };
    let text = if how & 1 == 0 {
        TextPolicy::Refuse
    } else {
        TextPolicy::Accept
    };
    let at_once = decode(stream, text, stream.len().max(1));
    let in_pieces = decode(stream, text, usize::from(how >> 1).max(1));
    assert!(at_once == in_pieces, "it depends on how the stream is cut");
    for received in &at_once.0 {
        match received {
            Received::Binary(message) => {
                assert!(message.len() <= LIMIT);
                again(0x82, message, received, text);
            }
            Received::Text(message) => {
                assert!(text == TextPolicy::Accept && message.len() <= LIMIT);
                again(0x81, message.as_bytes(), received, text);
            }
            Received::Ping(payload) => {
                assert!(payload.len() <= 125);
                again(0x89, payload, received, text);
            }
            Received::Pong | Received::Close(_) => {}
        }
    }
}

/// Everything in a stream that comes in reads of so many bytes, up to a close frame, and how it broke the rules.
fn decode(stream: &[u8], text: TextPolicy, read: usize) -> (Vec<Received>, Option<Violation>) {
    let mut decoder = Decoder::new(LIMIT, text);
    let mut all = Vec::new();
    for mut piece in stream.chunks(read) {
        loop {
            match decoder.decode(&mut piece) {
                Ok(Some(received)) => {
                    let closes = matches!(received, Received::Close(_));
                    all.push(received);
                    if closes {
                        return (all, None);
                    }
                }
                Ok(None) => break,
                Err(violation) => return (all, Some(violation)),
            }
        }
        assert!(piece.is_empty(), "bytes are left over");
    }
    (all, None)
}

/// A message, masked and sent in one frame, is received as it was.
fn again(first: u8, payload: &[u8], expected: &Received, text: TextPolicy) {
    let mask = [0x5a, 0x00, 0xff, 0x31];
    let mut frame = vec![first];
    match u16::try_from(payload.len()) {
        Ok(len) if len < 126 => frame.push(0x80 | len.to_be_bytes()[1]),
        Ok(len) => {
            frame.push(0x80 | 0x7e);
            frame.extend(len.to_be_bytes());
        }
        Err(_) => return,
    }
    frame.extend(mask);
    frame.extend(payload.iter().zip(mask.iter().cycle()).map(|(a, b)| a ^ b));
    let (all, violation) = decode(&frame, text, frame.len());
    assert!(all == [expected.clone()] && violation.is_none());
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
}
