//! How messages are told apart on a connection: WebSocket (RFC 6455) as a client speaks it, or a
//! length in front.
//!
//! Frames are slices of what was read, never copies. The client masks with a zero key, which RFC
//! 6455 permits and which costs nothing; servers cannot tell and unmask all the same.

use anyhow::{Context, Result, bail, ensure};

/// Largest frame in bytes that is believed.
const MAX_FRAME: usize = 64 << 20;

/// The request that opens a WebSocket, up to the path.
const KEY: &str = "c2FuY3R1YXJ5LWJlbmNoIQ==";

/// How messages are told apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Framing {
    /// Binary messages of WebSocket.
    Binary,
    /// Text messages of WebSocket.
    Text,
    /// Four bytes of length, big-endian, and the message.
    Prefixed,
}

/// What a server's frame is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// A message.
    Message,
    /// It wants to be answered with the same payload.
    Ping,
    /// An answer to a ping.
    Pong,
    /// The peer ends the connection.
    Close,
}

/// A frame of a server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Frame<'a> {
    pub(crate) purpose: Purpose,
    pub(crate) payload: &'a [u8],
    /// Bytes that it took, header included.
    pub(crate) size: usize,
}

impl Framing {
    /// The frame at the front of `bytes`; `None` if it is not whole yet.
    pub(crate) fn parse(self, bytes: &[u8]) -> Result<Option<Frame<'_>>> {
        let head = match self {
            Self::Prefixed => prefixed_head(bytes),
            Self::Binary | Self::Text => websocket_head(bytes)?,
        };
        let Some((purpose, header, len)) = head else {
            return Ok(None);
        };
        ensure!(
            len <= MAX_FRAME,
            "the server announces a frame of {len} bytes"
        );
        let size = header + len;
        Ok(bytes.get(header..size).map(|payload| Frame {
            purpose,
            payload,
            size,
        }))
    }

    /// Appends a client's message of `len` bytes, which `fill` appends.
    pub(crate) fn message(self, out: &mut Vec<u8>, len: usize, fill: impl FnOnce(&mut Vec<u8>)) {
        match self {
            Self::Prefixed => put_prefix(out, len),
            Self::Binary => client_header(out, 0x82, len),
            Self::Text => client_header(out, 0x81, len),
        }
        fill(out);
    }

    /// Appends the answer to a ping.
    pub(crate) fn pong(self, out: &mut Vec<u8>, payload: &[u8]) {
        if self != Self::Prefixed {
            client_header(out, 0x8a, payload.len());
            out.extend_from_slice(payload);
        }
    }

    /// Appends the end of the connection.
    pub(crate) fn close(self, out: &mut Vec<u8>) {
        if self != Self::Prefixed {
            client_header(out, 0x88, 0);
        }
    }

    /// Appends the request that a connection begins with, if it begins with one.
    pub(crate) fn open(self, out: &mut Vec<u8>, host: &str, path: &str) {
        if self != Self::Prefixed {
            let request = format!(
                "GET {path} HTTP/1.1\r\nHost: {host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
                 Sec-WebSocket-Key: {KEY}\r\nSec-WebSocket-Version: 13\r\n\r\n"
            );
            out.extend_from_slice(request.as_bytes());
        }
    }

    /// How many bytes the answer to that request takes; `None` if it is not whole yet.
    pub(crate) fn opened(self, bytes: &[u8]) -> Result<Option<usize>> {
        if self == Self::Prefixed {
            return Ok(Some(0));
        }
        let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") else {
            return Ok(None);
        };
        let head = String::from_utf8_lossy(bytes.get(..end).unwrap_or_default());
        let status = head.lines().next().unwrap_or_default();
        if !status.starts_with("HTTP/1.1 101") {
            bail!("the server opens no WebSocket: {status}");
        }
        Ok(Some(end + 4))
    }
}

/// Appends the length that stands before a message of [`Framing::Prefixed`].
pub(crate) fn put_prefix(out: &mut Vec<u8>, len: usize) {
    let len = u32::try_from(len).unwrap_or(u32::MAX);
    out.extend_from_slice(&len.to_be_bytes());
}

type Head = (Purpose, usize, usize);

fn prefixed_head(bytes: &[u8]) -> Option<Head> {
    let (length, _) = bytes.split_first_chunk::<4>()?;
    let len = usize::try_from(u32::from_be_bytes(*length)).unwrap_or(usize::MAX);
    Some((Purpose::Message, 4, len))
}

fn websocket_head(bytes: &[u8]) -> Result<Option<Head>> {
    let [first, second, rest @ ..] = bytes else {
        return Ok(None);
    };
    let purpose = match first {
        0x81 | 0x82 => Purpose::Message,
        0x88 => Purpose::Close,
        0x89 => Purpose::Ping,
        0x8a => Purpose::Pong,
        _ => bail!("the server sends a frame that starts with {first:#04x}"),
    };
    let extended = match second {
        0..=125 => return Ok(Some((purpose, 2, usize::from(*second)))),
        126 => rest
            .first_chunk::<2>()
            .map(|l| (4, u64::from(u16::from_be_bytes(*l)))),
        127 => rest
            .first_chunk::<8>()
            .map(|l| (10, u64::from_be_bytes(*l))),
        _ => bail!("the server masks"),
    };
    let Some((header, len)) = extended else {
        return Ok(None);
    };
    let len = usize::try_from(len).context("the server announces an endless frame")?;
    Ok(Some((purpose, header, len)))
}

/// The header of a client's frame, with a zero mask.
fn client_header(out: &mut Vec<u8>, first: u8, len: usize) {
    out.push(first);
    match (u8::try_from(len), u16::try_from(len)) {
        (Ok(len @ ..=125), _) => out.push(0x80 | len),
        (_, Ok(len)) => {
            out.push(0x80 | 0x7e);
            out.extend_from_slice(&len.to_be_bytes());
        }
        _ => {
            out.push(0x80 | 0x7f);
            out.extend_from_slice(&(len as u64).to_be_bytes());
        }
    }
    out.extend_from_slice(&[0; 4]);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(framing: Framing, bytes: &[u8]) -> Option<(Purpose, usize, usize)> {
        let frame = framing.parse(bytes).unwrap()?;
        Some((frame.purpose, frame.payload.len(), frame.size))
    }

    #[test]
    fn a_frame_is_found_once_it_is_whole() {
        for (len, header) in [(5, 2), (125, 2), (126, 4), (70_000, 10)] {
            let mut bytes = Vec::new();
            client_header(&mut bytes, 0x82, len);
            // A server's header is a client's without mask.
            bytes.truncate(bytes.len() - 4);
            bytes[1] &= 0x7f;
            assert_eq!(bytes.len(), header);
            bytes.resize(header + len, 7);
            for cut in [0, 1, header, header + len - 1] {
                assert_eq!(parsed(Framing::Binary, &bytes[..cut]), None, "{len} {cut}");
            }
            bytes.push(9);
            let whole = Some((Purpose::Message, len, header + len));
            assert_eq!(parsed(Framing::Binary, &bytes), whole);
        }
    }

    #[test]
    fn a_length_in_front_is_enough() {
        let mut bytes = Vec::new();
        Framing::Prefixed.message(&mut bytes, 3, |out| out.extend([1, 2, 3]));
        assert_eq!(bytes, [0, 0, 0, 3, 1, 2, 3]);
        assert_eq!(parsed(Framing::Prefixed, &bytes[..6]), None);
        let whole = Some((Purpose::Message, 3, 7));
        assert_eq!(parsed(Framing::Prefixed, &bytes), whole);
    }

    #[test]
    fn only_101_opens() {
        let open = b"HTTP/1.1 101 Switching Protocols\r\na: b\r\n\r\nxy";
        assert_eq!(Framing::Binary.opened(open).unwrap(), Some(open.len() - 2));
        assert_eq!(Framing::Binary.opened(&open[..30]).unwrap(), None);
        assert!(
            Framing::Binary
                .opened(b"HTTP/1.1 403 Forbidden\r\n\r\n")
                .is_err()
        );
        assert_eq!(Framing::Prefixed.opened(b"").unwrap(), Some(0));
    }
}
