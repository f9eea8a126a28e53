//! The invitation link: `ORIGIN/r/ROOM_ID#LINK_SECRET` (PROTOCOL.md, section 2).
//!
//! Invariant: what [`Link::parse`] takes, [`Link`] prints again, byte for byte. The password never
//! stands in a link.

use std::fmt;
use std::net::{Ipv4Addr, Ipv6Addr};

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

/// Takes `https://HOST[:PORT]` and `http://HOST[:PORT]` as a browser writes an origin, nothing else: a user name or a
/// path would name another place than the eye sees, and two ways to write one host would be two links to one room.
fn parse_origin(origin: &str) -> Result<&str, LinkError> {
    let (authority, default_port) = match origin.split_once("://") {
        Some(("https", authority)) => (authority, "443"),
        Some(("http", authority)) => (authority, "80"),
        _ => return Err(LinkError),
    };
    let (host, port) = match authority.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => (host, Some(port)),
        _ => (authority, None),
    };
    let is_plain = |port: &str| {
        let number = port.parse::<u16>();
        port != default_port && number.is_ok_and(|number| number.to_string() == port)
    };
    if is_host(host) && port.is_none_or(is_plain) {
        Ok(origin)
    } else {
        Err(LinkError)
    }
}

/// Whether this is how a browser writes a host: a name in lower case, or an address in its one form.
fn is_host(host: &str) -> bool {
    if let Some(address) = host.strip_prefix('[') {
        let address = address.strip_suffix(']');
        return address.is_some_and(|text| {
            let address = text.parse::<Ipv6Addr>();
            address.is_ok_and(|address| as_browsers_write(address) == text)
        });
    }
    let last = host.strip_suffix('.').unwrap_or(host).rsplit('.').next();
    // Whatever ends in a number, browsers take for an IPv4 address.
    if last.is_some_and(is_number) {
        let address = host.parse::<Ipv4Addr>();
        return address.is_ok_and(|address| address.to_string() == host);
    }
    let plain =
        |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-._~".contains(&byte);
    !host.is_empty() && host.bytes().all(plain)
}

/// Whether a label is a number, also one that begins with `0x`.
fn is_number(label: &str) -> bool {
    let all = |digits: &str, is_digit: fn(&u8) -> bool| digits.as_bytes().iter().all(is_digit);
    !label.is_empty() && all(label, u8::is_ascii_digit)
        || label
            .strip_prefix("0x")
            .is_some_and(|digits| all(digits, u8::is_ascii_hexdigit))
}

/// The standard library writes the end of a mapped address with dots, browsers do not.
fn as_browsers_write(address: Ipv6Addr) -> String {
    if address.to_ipv4_mapped().is_none() {
        return address.to_string();
    }
    let [.., high, low] = address.segments();
    format!("::ffff:{high:x}:{low:x}")
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
            "https://[::ffff:102:304]",
            "https://a.0xyz",
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
            // Not as a browser writes an origin.
            format!("https://Example.org/r/{room}#{secret}"),
            format!("https://example.org:443/r/{room}#{secret}"),
            format!("http://example.org:80/r/{room}#{secret}"),
            format!("https://example.org:/r/{room}#{secret}"),
            format!("https://example.org:08443/r/{room}#{secret}"),
            format!("https://example.org:65536/r/{room}#{secret}"),
            format!("https://127.1/r/{room}#{secret}"),
            format!("https://0x7f000001/r/{room}#{secret}"),
            format!("https://[0:0::1]/r/{room}#{secret}"),
            format!("https://[::ffff:1.2.3.4]/r/{room}#{secret}"),
            format!("https://[::1/r/{room}#{secret}"),
            // Trailing bits that are not zero: 22 characters hold 132 bits.
            format!("https://example.org/r/{}B#{secret}", "A".repeat(21)),
            format!("https://example.org/r/{}+#{secret}", "A".repeat(21)),
        ] {
            assert_eq!(Link::parse(&text), Err(LinkError));
        }
    }
}
