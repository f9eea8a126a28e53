//! The answer to a client's opening handshake (RFC 6455, section 4.2).

use axum::http::header::{
    CONNECTION, SEC_WEBSOCKET_ACCEPT, SEC_WEBSOCKET_KEY, SEC_WEBSOCKET_VERSION, UPGRADE,
};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use thiserror::Error;

/// What the accept value is made with (RFC 6455, section 1.3).
const GUID: &[u8] = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

/// The version of RFC 6455.
const VERSION: &str = "13";

/// Length of a client's key in bytes, once decoded.
const KEY_LEN: usize = 16;

/// Why a request cannot become a WebSocket.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum HandshakeError {
    /// The method is not `GET`, or the version not HTTP/1.1.
    #[error("a websocket is opened with GET over HTTP/1.1")]
    Method,
    /// It does not ask for an upgrade to `websocket`.
    #[error("this address speaks websocket only: send Connection: Upgrade and Upgrade: websocket")]
    NoUpgrade,
    /// Its WebSocket version is not 13.
    #[error("websocket version is not supported: use 13")]
    Version,
    /// Its key is not 16 bytes in base64.
    #[error("Sec-WebSocket-Key is not 16 bytes in base64")]
    Key,
    /// The connection below cannot be taken over.
    #[error("this connection cannot be upgraded")]
    Transport,
}

impl HandshakeError {
    /// The status to answer with.
    pub fn status(self) -> StatusCode {
        match self {
            Self::Method => StatusCode::METHOD_NOT_ALLOWED,
            Self::NoUpgrade | Self::Version => StatusCode::UPGRADE_REQUIRED,
            Self::Key | Self::Transport => StatusCode::BAD_REQUEST,
        }
    }
}

/// Checks the headers of an opening handshake and makes those of the answer, which has status 101.
/// Subprotocols and extensions that a client offers are not taken up.
pub fn accept(request: &HeaderMap) -> Result<HeaderMap, HandshakeError> {
    if !lists(request, &CONNECTION, "upgrade") || !lists(request, &UPGRADE, "websocket") {
        return Err(HandshakeError::NoUpgrade);
    }
    if only(request, &SEC_WEBSOCKET_VERSION).is_none_or(|version| version != VERSION) {
        return Err(HandshakeError::Version);
    }
    let key = only(request, &SEC_WEBSOCKET_KEY).ok_or(HandshakeError::Key)?;
    match STANDARD.decode(key.as_bytes()) {
        Ok(bytes) if bytes.len() == KEY_LEN => {}
        _ => return Err(HandshakeError::Key),
    }
    let accept =
        HeaderValue::from_str(&accept_value(key.as_bytes())).map_err(|_| HandshakeError::Key)?;
    Ok(HeaderMap::from_iter([
        (CONNECTION, HeaderValue::from_static("Upgrade")),
        (UPGRADE, HeaderValue::from_static("websocket")),
        (SEC_WEBSOCKET_ACCEPT, accept),
    ]))
}

/// Headers that help a client whose handshake failed.
pub(super) fn advice(error: HandshakeError) -> HeaderMap {
    match error {
        HandshakeError::NoUpgrade | HandshakeError::Version => HeaderMap::from_iter([
            (CONNECTION, HeaderValue::from_static("Upgrade")),
            (UPGRADE, HeaderValue::from_static("websocket")),
            (SEC_WEBSOCKET_VERSION, HeaderValue::from_static(VERSION)),
        ]),
        _ => HeaderMap::new(),
    }
}

fn accept_value(key: &[u8]) -> String {
    // SHA-1 is what the RFC names. It proves that a WebSocket server answers and protects nothing.
    let mut hash = ring::digest::Context::new(&ring::digest::SHA1_FOR_LEGACY_USE_ONLY);
    hash.update(key);
    hash.update(GUID);
    STANDARD.encode(hash.finish())
}

/// Whether one of a header's comma-separated values is `wanted`, in any case.
fn lists(headers: &HeaderMap, name: &HeaderName, wanted: &str) -> bool {
    headers
        .get_all(name)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(|value| value.trim().eq_ignore_ascii_case(wanted))
}

/// A header that must stand exactly once.
fn only<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a HeaderValue> {
    let mut values = headers.get_all(name).iter();
    values.next().filter(|_| values.next().is_none())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request() -> HeaderMap {
        HeaderMap::from_iter([
            (CONNECTION, HeaderValue::from_static("keep-alive, Upgrade")),
            (UPGRADE, HeaderValue::from_static("WebSocket")),
            (SEC_WEBSOCKET_VERSION, HeaderValue::from_static("13")),
            (
                SEC_WEBSOCKET_KEY,
                HeaderValue::from_static("dGhlIHNhbXBsZSBub25jZQ=="),
            ),
        ])
    }

    #[test]
    fn answers_the_example_of_the_rfc() {
        let answer = accept(&request()).unwrap();
        assert_eq!(answer[SEC_WEBSOCKET_ACCEPT], "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
        assert_eq!(answer.len(), 3);
    }

    #[test]
    fn takes_up_no_extension_and_no_subprotocol() {
        let mut request = request();
        request.insert(
            "sec-websocket-extensions",
            HeaderValue::from_static("permessage-deflate"),
        );
        request.insert("sec-websocket-protocol", HeaderValue::from_static("chat"));
        assert_eq!(accept(&request).unwrap().len(), 3);
    }

    #[test]
    fn refuses_what_the_rfc_refuses() {
        for (name, value, error) in [
            (CONNECTION, "close", HandshakeError::NoUpgrade),
            (UPGRADE, "h2c", HandshakeError::NoUpgrade),
            (SEC_WEBSOCKET_VERSION, "8", HandshakeError::Version),
            (SEC_WEBSOCKET_KEY, "", HandshakeError::Key),
            (SEC_WEBSOCKET_KEY, "dGhlIHNhbXBsZQ==", HandshakeError::Key),
            (
                SEC_WEBSOCKET_KEY,
                "dGhlIHNhbXBsZSBub25jZQ",
                HandshakeError::Key,
            ),
        ] {
            let mut request = request();
            request.insert(&name, HeaderValue::from_static(value));
            assert_eq!(accept(&request), Err(error), "{name}: {value}");
            request.remove(&name);
            assert!(accept(&request).is_err(), "no {name}");
        }
        let mut twice = request();
        twice.append(
            SEC_WEBSOCKET_KEY,
            HeaderValue::from_static("dGhlIHNhbXBsZSBub25jZQ=="),
        );
        assert_eq!(accept(&twice), Err(HandshakeError::Key));
    }
}
