//! Under which names the server answers, and which origin is its own.

use crate::options::Options;
use crate::origin::{Authority, Origin, Scheme};

/// Which `Host` headers are answered.
#[derive(Debug)]
enum Hosts {
    /// The one of the public URL.
    Only(Authority),
    /// Names and addresses of this machine, with any port, so that a forwarded one works. A page of a foreign site
    /// whose name was made to point to this machine (DNS rebinding) is refused.
    Loopback,
}

/// The server as browsers see it.
#[derive(Debug)]
pub(crate) struct Site {
    hosts: Hosts,
    scheme: Scheme,
}

impl Site {
    /// Derives it from the options.
    pub(crate) fn new(options: &Options) -> Self {
        let scheme = match &options.public_url {
            Some(url) => url.scheme,
            None if options.tls.is_some() || options.behind_tls_proxy => Scheme::Https,
            None => Scheme::Http,
        };
        let hosts = match &options.public_url {
            Some(url) => Hosts::Only(url.authority.clone()),
            // One that is open to other machines was told its name.
            None => Hosts::Loopback,
        };
        Self { hosts, scheme }
    }

    /// The origin that a request to this host belongs to, if the server answers to that host.
    pub(crate) fn origin_of(&self, requested: Authority) -> Option<Origin> {
        let requested = Origin {
            scheme: self.scheme,
            authority: requested,
        };
        let known = match &self.hosts {
            Hosts::Only(authority) => {
                let own = Origin {
                    scheme: self.scheme,
                    authority: authority.clone(),
                };
                requested == own
            }
            Hosts::Loopback => requested.authority.is_loopback(),
        };
        known.then_some(requested)
    }

    /// Where to open the server instead, for somebody who used a name it does not answer to.
    pub(crate) fn address(&self) -> String {
        match &self.hosts {
            Hosts::Only(authority) => format!("{}://{authority}", self.scheme.as_str()),
            Hosts::Loopback => format!("{}://localhost", self.scheme.as_str()),
        }
    }
}
