//! What an operator decides, checked before anything starts.
//!
//! Invariant: a server is made only of options that passed [`Options::check`]; none of them lets passwords or messages
//! of people on other machines pass through an address without TLS by accident.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;

use crate::origin::{Origin, Scheme};
use crate::relay::{Gauge, Limits, LimitsError};

/// Options that contradict each other or endanger the people who use the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OptionsError {
    /// Plain HTTP on an address that other machines reach.
    #[error(
        "plain HTTP on {0} would let the network between change the page: give a certificate with --tls-cert and \
         --tls-key, or --behind-tls-proxy if a proxy in front of this address speaks HTTPS with the browsers, or \
         listen on a loopback address such as 127.0.0.1:8080"
    )]
    PlainOnOpenAddress(SocketAddr),
    /// A public URL without TLS that is not on this machine.
    #[error(
        "the public URL must begin with https:// unless it names a loopback address: browsers keep encryption from other pages"
    )]
    PlainPublicUrl,
    /// TLS here or in front, and a public URL without it.
    #[error(
        "the public URL begins with http://, but --tls-cert or --behind-tls-proxy says HTTPS: write https:// in --public-url or leave the other away"
    )]
    ContradictoryPublicUrl,
    /// Other machines reach it, and it does not know its name.
    #[error(
        "the server has to know under which address browsers reach it, since it refuses requests for any other host: give it with \
         --public-url, such as --public-url https://chat.example"
    )]
    NoPublicUrl,
    /// A certificate of ours and one of a proxy's.
    #[error(
        "--tls-cert and --behind-tls-proxy exclude each other: either this server speaks HTTPS or a proxy does"
    )]
    TlsTwice,
    /// Limits of rooms that do not fit together.
    #[error(transparent)]
    Limits(#[from] LimitsError),
}

/// A certificate chain and its private key, both PEM files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TlsFiles {
    /// The chain, the server's own certificate first.
    pub certificate: PathBuf,
    /// The private key: PKCS #8, PKCS #1 or SEC 1.
    pub key: PathBuf,
}

/// What an operator decides. [`Default`] is a server for this machine alone.
#[derive(Clone, Debug)]
pub struct Options {
    /// The address and port to listen on; port 0 lets the system choose one.
    pub listen: SocketAddr,
    /// The origin under which browsers reach the server; needed unless that is this machine alone.
    pub public_url: Option<Origin>,
    /// Serve HTTPS with this certificate.
    pub tls: Option<TlsFiles>,
    /// A proxy in front speaks HTTPS with the browsers and passes plain HTTP on.
    pub behind_tls_proxy: bool,
    /// What the relay takes and keeps.
    pub relay: Limits,
    /// How the program's memory is known, for [`Limits::max_memory`].
    pub gauge: Option<Gauge>,
}

impl Options {
    /// Where the server listens unless told otherwise.
    pub const LISTEN: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), 8080);

    /// Whether the options fit together.
    pub fn check(&self) -> Result<(), OptionsError> {
        let tls = self.tls.is_some();
        if tls && self.behind_tls_proxy {
            return Err(OptionsError::TlsTwice);
        }
        if let Some(url) = self
            .public_url
            .as_ref()
            .filter(|url| url.scheme == Scheme::Http)
        {
            if tls || self.behind_tls_proxy {
                return Err(OptionsError::ContradictoryPublicUrl);
            }
            if !url.authority.is_loopback() {
                return Err(OptionsError::PlainPublicUrl);
            }
        }
        if !tls && !self.behind_tls_proxy && !self.listen.ip().is_loopback() {
            return Err(OptionsError::PlainOnOpenAddress(self.listen));
        }
        let is_open = self.behind_tls_proxy || !self.listen.ip().is_loopback();
        if is_open && self.public_url.is_none() {
            return Err(OptionsError::NoPublicUrl);
        }
        Ok(self.relay.check()?)
    }
}

impl Default for Options {
    fn default() -> Self {
        Self {
            listen: Self::LISTEN,
            public_url: None,
            tls: None,
            behind_tls_proxy: false,
            relay: Limits::default(),
            gauge: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn open() -> Options {
        Options {
            listen: "0.0.0.0:80".parse().unwrap(),
            ..Options::default()
        }
    }

    fn tls() -> TlsFiles {
        TlsFiles {
            certificate: "c".into(),
            key: "k".into(),
        }
    }

    fn url(text: &str) -> Origin {
        text.parse().unwrap()
    }

    #[test]
    fn the_defaults_are_right() {
        assert_eq!(Options::default().check(), Ok(()));
    }

    #[test]
    fn an_open_address_needs_tls_or_a_proxy_and_a_name() {
        assert_eq!(
            open().check(),
            Err(OptionsError::PlainOnOpenAddress(
                "0.0.0.0:80".parse().unwrap()
            ))
        );
        for (tls, behind_tls_proxy) in [(Some(tls()), false), (None, true)] {
            let mut options = Options {
                tls,
                behind_tls_proxy,
                ..open()
            };
            assert_eq!(options.check(), Err(OptionsError::NoPublicUrl));
            options.public_url = Some(url("https://chat.example"));
            assert_eq!(options.check(), Ok(()));
        }
        let both = Options {
            tls: Some(tls()),
            behind_tls_proxy: true,
            ..open()
        };
        assert_eq!(both.check(), Err(OptionsError::TlsTwice));
    }

    #[test]
    fn an_https_url_does_not_make_an_open_address_safe() {
        let options = Options {
            public_url: Some(url("https://chat.example")),
            ..open()
        };
        assert!(matches!(
            options.check(),
            Err(OptionsError::PlainOnOpenAddress(_))
        ));
    }

    #[test]
    fn the_public_url_is_https_or_local() {
        let with = |text| Options {
            public_url: Some(url(text)),
            ..Options::default()
        };
        assert_eq!(with("https://chat.example").check(), Ok(()));
        assert_eq!(with("http://localhost:8080").check(), Ok(()));
        assert_eq!(
            with("http://chat.example").check(),
            Err(OptionsError::PlainPublicUrl)
        );
        let contradictory = Options {
            tls: Some(tls()),
            ..with("http://localhost:8080")
        };
        assert_eq!(
            contradictory.check(),
            Err(OptionsError::ContradictoryPublicUrl)
        );
    }
}
