//! The invitation link: `ORIGIN/r/ROOM_ID#LINK_SECRET` (PROTOCOL.md, section 2).
//!
//! Invariant: what [`Link::parse`] takes, [`Link`] prints again, byte for byte. The password never
//! stands in a link.

use std::fmt;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use thiserror::Error;
use zeroize::Zeroizing;

use crate::id::{LinkSecret, RoomId};

/// Between the origin and the room id.
const PATH: &str = "/r/";

/// This text is no invitation link.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("this is no invitation link: copy it whole, from https:// to its last character")]
pub struct LinkError;

/// An invitation link.
#[derive(Clone, PartialEq, Eq)]
pub struct Link {
    /// Scheme, host and port of the relay, as `https://example.org`.
    pub origin: String,
    /// The room.
    pub room_id: RoomId,
    /// The secret in the fragment.
    pub link_secret: LinkSecret,
}

impl Link {
    /// Takes a link apart; white space around it is removed.
    pub fn parse(text: &str) -> Result<Self, LinkError> {
        let (address, fragment) = text.trim().split_once('#').ok_or(LinkError)?;
        let (origin, room_id) = address.rsplit_once(PATH).ok_or(LinkError)?;
        Ok(Self {
            origin: parse_origin(origin)?.to_owned(),
            room_id: RoomId::new(*decode(room_id)?),
            link_secret: LinkSecret::new(*decode(fragment)?),
        })
    }
}

impl fmt::Display for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let secret = Zeroizing::new(URL_SAFE_NO_PAD.encode(self.link_secret.as_bytes()));
        let room = URL_SAFE_NO_PAD.encode(self.room_id.as_bytes());
        write!(f, "{}{PATH}{room}#{}", self.origin, *secret)
    }
}

impl fmt::Debug for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Link(..)")
    }
}

/// Takes `https://HOST[:PORT]` and `http://HOST[:PORT]`, nothing else: a user name or a path would
/// name another place than the eye sees.
fn parse_origin(origin: &str) -> Result<&str, LinkError> {
    let host = origin
        .strip_prefix("https://")
        .or_else(|| origin.strip_prefix("http://"))
        .ok_or(LinkError)?;
    let plain = |c: char| c.is_ascii_alphanumeric() || "-._~:[]".contains(c);
    if host.is_empty() || !host.chars().all(plain) {
        return Err(LinkError);
    }
    Ok(origin)
}

/// Decodes base64url of exactly `N` bytes; characters outside the alphabet and non-zero trailing
/// bits are refused.
fn decode<const N: usize>(text: &str) -> Result<Zeroizing<[u8; N]>, LinkError> {
    let bytes = Zeroizing::new(URL_SAFE_NO_PAD.decode(text).map_err(|_| LinkError)?);
    let mut out = Zeroizing::new([0; N]);
    if bytes.len() != N {
        return Err(LinkError);
    }
    out.copy_from_slice(&bytes);
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_survives_printing() {
        for origin in [
            "https://example.org",
            "http://127.0.0.1:8080",
            "http://[::1]:8080",
        ] {
            let link = Link {
                origin: origin.to_owned(),
                room_id: RoomId::random().unwrap(),
                link_secret: LinkSecret::random().unwrap(),
            };
            assert_eq!(Link::parse(&format!("  {link}\n")).unwrap(), link);
            assert_eq!(link.to_string().len(), origin.len() + 3 + 22 + 1 + 32);
        }
    }

    #[test]
    fn anything_else_is_refused() {
        let room = "A".repeat(22);
        let secret = "B".repeat(32);
        for text in [
            String::new(),
            format!("https://example.org/r/{room}"),
            format!("https://example.org/r/{room}#"),
            format!("https://example.org/r/{room}#{secret}A"),
            format!("https://example.org/r/{room}?x=1#{secret}"),
            format!("https://example.org/r/{room}/#{secret}"),
            format!("https://example.org/x/r/{room}#{secret}"),
            format!("https://me@example.org/r/{room}#{secret}"),
            format!("ftp://example.org/r/{room}#{secret}"),
            format!("https:///r/{room}#{secret}"),
            // Trailing bits that are not zero: 22 characters hold 132 bits.
            format!("https://example.org/r/{}B#{secret}", "A".repeat(21)),
            format!("https://example.org/r/{}+#{secret}", "A".repeat(21)),
        ] {
            assert_eq!(Link::parse(&text), Err(LinkError));
        }
    }
}
