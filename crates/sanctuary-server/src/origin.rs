//! Where the server is reached: scheme, host and port, as browsers write them.
//!
//! Invariant: an [`Authority`] holds only characters that are safe in a header value, in lower case; it can be put
//! into a content security policy as it is.

use std::fmt;
use std::net::{Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

/// Longest host name that is looked at, in bytes (RFC 1035, section 2.3.4).
const MAX_HOST: usize = 255;

/// Why a text is not an origin or not an authority.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OriginError {
    /// Neither `http://` nor `https://` stands in front.
    #[error("begin with https:// (or http:// for a loopback address)")]
    Scheme,
    /// Something stands after host and port.
    #[error("write only scheme, host and port, without a path: https://chat.example")]
    NotOnlyOrigin,
    /// The host is empty or has characters that no host has.
    #[error(
        "write the host as a DNS name (other alphabets in their xn-- form) or an IP address, an IPv6 one in brackets"
    )]
    Host,
    /// The port is not a number from 1 to 65535.
    #[error("write the port as a number from 1 to 65535")]
    Port,
}

/// How a browser speaks to the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scheme {
    /// Without TLS.
    Http,
    /// Over TLS, made by us or by a proxy in front.
    Https,
}

impl Scheme {
    /// The name in a URL.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Http => "http",
            Self::Https => "https",
        }
    }

    /// The name in the URL of a WebSocket (RFC 6455, section 3).
    pub fn of_websocket(self) -> &'static str {
        match self {
            Self::Http => "ws",
            Self::Https => "wss",
        }
    }

    fn default_port(self) -> u16 {
        match self {
            Self::Http => 80,
            Self::Https => 443,
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Host {
    Name(String),
    V4(Ipv4Addr),
    V6(Ipv6Addr),
}

/// Host and port, as in a `Host` header (RFC 9110, section 7.2).
#[derive(Clone, PartialEq, Eq)]
pub struct Authority {
    host: Host,
    port: Option<u16>,
}

impl Authority {
    /// Whether the host is this machine: `localhost`, a name below it, or a loopback address.
    ///
    /// DNS cannot make such a name point to a foreign server, nor a foreign name become one of these.
    pub fn is_loopback(&self) -> bool {
        match &self.host {
            Host::Name(name) => name == "localhost" || name.ends_with(".localhost"),
            Host::V4(address) => address.is_loopback(),
            Host::V6(address) => address.is_loopback(),
        }
    }

    /// Whether the host is a name and not an address.
    pub fn is_name(&self) -> bool {
        matches!(self.host, Host::Name(_))
    }

    /// Whether a content security policy can name this host: its grammar has no IPv6 addresses (CSP 3, section 2.3.1).
    pub fn fits_policy(&self) -> bool {
        !matches!(self.host, Host::V6(_))
    }
}

impl FromStr for Authority {
    type Err = OriginError;

    fn from_str(text: &str) -> Result<Self, OriginError> {
        let (host, port) = match text.strip_prefix('[') {
            Some(rest) => {
                let (address, after) = rest.split_once(']').ok_or(OriginError::Host)?;
                let address = address.parse().map_err(|_| OriginError::Host)?;
                let port = match after {
                    "" => None,
                    _ => Some(after.strip_prefix(':').ok_or(OriginError::Port)?),
                };
                (Host::V6(address), port)
            }
            None => match text.split_once(':') {
                Some((host, port)) => (parse_host(host)?, Some(port)),
                None => (parse_host(text)?, None),
            },
        };
        let port = port.map(parse_port).transpose()?;
        Ok(Self { host, port })
    }
}

fn parse_host(text: &str) -> Result<Host, OriginError> {
    let fits = !text.is_empty()
        && text.len() <= MAX_HOST
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-._".contains(&byte));
    if !fits {
        return Err(OriginError::Host);
    }
    Ok(match text.parse() {
        Ok(address) => Host::V4(address),
        Err(_) => Host::Name(text.to_ascii_lowercase()),
    })
}

fn parse_port(text: &str) -> Result<u16, OriginError> {
    // `parse` alone would take a sign.
    if !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(OriginError::Port);
    }
    match text.parse() {
        Ok(0) | Err(_) => Err(OriginError::Port),
        Ok(port) => Ok(port),
    }
}

impl fmt::Display for Authority {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.host {
            Host::Name(name) => formatter.write_str(name)?,
            Host::V4(address) => write!(formatter, "{address}")?,
            Host::V6(address) => write!(formatter, "[{address}]")?,
        }
        match self.port {
            Some(port) => write!(formatter, ":{port}"),
            None => Ok(()),
        }
    }
}

impl fmt::Debug for Authority {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Authority(..)")
    }
}

/// Scheme, host and port (RFC 6454, section 4).
#[derive(Clone, Debug)]
pub struct Origin {
    /// How the server is spoken to.
    pub scheme: Scheme,
    /// Where it is.
    pub authority: Authority,
}

impl Origin {
    fn port(&self) -> u16 {
        self.authority.port.unwrap_or(self.scheme.default_port())
    }
}

/// A port left out and the scheme's own port written out are the same.
impl PartialEq for Origin {
    fn eq(&self, other: &Self) -> bool {
        self.scheme == other.scheme
            && self.authority.host == other.authority.host
            && self.port() == other.port()
    }
}

impl Eq for Origin {}

impl FromStr for Origin {
    type Err = OriginError;

    fn from_str(text: &str) -> Result<Self, OriginError> {
        let (scheme, rest) = text.split_once("://").ok_or(OriginError::Scheme)?;
        let scheme = match scheme.to_ascii_lowercase().as_str() {
            "http" => Scheme::Http,
            "https" => Scheme::Https,
            _ => return Err(OriginError::Scheme),
        };
        let rest = rest.strip_suffix('/').unwrap_or(rest);
        if rest.contains(['/', '?', '#', '@']) {
            return Err(OriginError::NotOnlyOrigin);
        }
        let authority = rest.parse()?;
        Ok(Self { scheme, authority })
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}://{}", self.scheme.as_str(), self.authority)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn authority(text: &str) -> Result<Authority, OriginError> {
        text.parse()
    }

    fn origin(text: &str) -> Result<Origin, OriginError> {
        text.parse()
    }

    #[test]
    fn reads_hosts_with_and_without_port() {
        for text in [
            "chat.example",
            "chat.example:8443",
            "192.0.2.1:80",
            "[2001:db8::1]",
            "[::1]:8080",
        ] {
            assert_eq!(authority(text).unwrap().to_string(), text);
        }
        assert_eq!(
            authority("Chat.Example").unwrap().to_string(),
            "chat.example"
        );
    }

    #[test]
    fn refuses_what_is_no_host() {
        for text in [
            "",
            ":80",
            "a b",
            "a;b",
            "a'",
            "user@host",
            "[::1",
            "[zz]",
            "ex\u{e4}mple",
            "*",
            "a/b",
            "::1",
        ] {
            assert_eq!(
                authority(text).map(|_| ()).unwrap_err(),
                OriginError::Host,
                "{text}"
            );
        }
        for text in ["a:", "a:0", "a:65536", "a:+1", "a:1:2", "[::1]x", "[::1]:"] {
            let error = authority(text).map(|_| ());
            assert!(error.is_err(), "{text}");
        }
        assert!(authority(&"a".repeat(MAX_HOST + 1)).is_err());
    }

    #[test]
    fn knows_loopback() {
        for text in [
            "localhost",
            "LOCALHOST:1",
            "a.localhost",
            "127.0.0.1",
            "127.9.9.9:80",
            "[::1]:8080",
        ] {
            assert!(authority(text).unwrap().is_loopback(), "{text}");
        }
        for text in [
            "localhost.example",
            "notlocalhost",
            "128.0.0.1",
            "[::2]",
            "127.0.0.1.example",
            "0.0.0.0",
        ] {
            assert!(!authority(text).unwrap().is_loopback(), "{text}");
        }
    }

    #[test]
    fn compares_origins_with_default_ports() {
        assert_eq!(
            origin("https://A.example").unwrap(),
            origin("HTTPS://a.example:443/").unwrap()
        );
        assert_ne!(
            origin("https://a.example").unwrap(),
            origin("http://a.example:443").unwrap()
        );
        assert_ne!(
            origin("http://a.example").unwrap(),
            origin("http://b.example").unwrap()
        );
    }

    #[test]
    fn refuses_what_is_no_origin() {
        for (text, error) in [
            ("chat.example", OriginError::Scheme),
            ("ftp://chat.example", OriginError::Scheme),
            ("null", OriginError::Scheme),
            ("https://chat.example/room", OriginError::NotOnlyOrigin),
            ("https://user@chat.example", OriginError::NotOnlyOrigin),
            ("https://chat.example?x", OriginError::NotOnlyOrigin),
            ("https://", OriginError::Host),
            ("https://chat.example:x", OriginError::Port),
        ] {
            assert_eq!(origin(text).unwrap_err(), error, "{text}");
        }
    }
}
