//! Under which names the server answers, and which origin is its own.

use std::net::SocketAddr;

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
    /// The address that it is bound to.
    bound: SocketAddr,
}

impl Site {
    /// Derives it from the options and the address that the server is bound to.
    pub(crate) fn new(options: &Options, bound: SocketAddr) -> Self {
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
        Self {
            hosts,
            scheme,
            bound,
        }
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

    /// Where to open the server: under the one name that it answers to, or at the address that it is bound to.
    pub(crate) fn address(&self) -> String {
        let scheme = self.scheme.as_str();
        match &self.hosts {
            Hosts::Only(authority) => format!("{scheme}://{authority}"),
            Hosts::Loopback => format!("{scheme}://{}", self.bound),
        }
    }
}
