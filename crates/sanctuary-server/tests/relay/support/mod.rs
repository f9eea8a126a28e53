//! Relays to test, and clients that speak the real protocol with real keys.

mod client;
mod held;
mod member;
mod tls;

use std::net::SocketAddr;
use std::num::NonZeroUsize;

use sanctuary_server::relay::{Limits, Relay};
use sanctuary_server::{Options, Server};
use tokio::net::TcpStream;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

pub(crate) use client::{Client, Gone};
pub(crate) use held::Held;
pub(crate) use member::{
    Invitation, Keys, LIFETIME, Member, capsule, group_state, message, resume_frame, sealed_name,
};
pub(crate) use tls::Certificate;

/// A relay that clients can connect to.
pub(crate) enum Host {
    /// Polled in the test's own runtime, over pipes: the clock can be held.
    Inline(Relay),
    /// Behind a real listener, with threads of its own.
    Real(SocketAddr),
    /// The same, over TLS.
    Tls(SocketAddr, Certificate),
}

impl Host {
    /// A connection that has got its `Hello`.
    pub(crate) async fn connect(&self) -> Client {
        match self {
            Self::Inline(relay) => {
                let (near, far) = tokio::io::duplex(PIPE);
                relay.accept(far);
                Client::over_pipe(near).await
            }
            Self::Real(address) => {
                let stream = TcpStream::connect(address).await.unwrap();
                Client::with_handshake(stream, *address).await
            }
            Self::Tls(address, certificate) => {
                let stream = certificate.connect(*address).await;
                Client::with_handshake(stream, *address).await
            }
        }
    }
}

/// Bytes that a pipe holds before its writer has to wait.
pub(crate) const PIPE: usize = 64 * 1024;

/// Runs a test against a relay in the same runtime.
pub(crate) async fn inline(limits: Limits, test: impl AsyncFnOnce(Host)) {
    let (relay, run) = Relay::inline(limits).unwrap();
    tokio::select! {
        () = run => panic!("the relay stopped"),
        () = test(Host::Inline(relay)) => {}
    }
}

/// A real server that runs until it is stopped or dropped.
pub(crate) struct Running {
    pub(crate) host: Host,
    pub(crate) address: SocketAddr,
    stop: oneshot::Sender<()>,
    task: JoinHandle<()>,
}

impl Running {
    /// Starts a server on a port that the system chooses, with rooms on that many threads. It asks nobody for work: tests
    /// make rooms by the hundred.
    pub(crate) fn start(mut limits: Limits, shards: usize) -> Self {
        limits.easy_joins = 0;
        limits.shards = NonZeroUsize::new(shards).unwrap();
        let options = Options {
            listen: "127.0.0.1:0".parse().unwrap(),
            relay: limits,
            ..Options::default()
        };
        Self::serve(options, Host::Real)
    }

    /// Starts one with that certificate.
    pub(crate) fn start_tls(mut limits: Limits, certificate: Certificate) -> Self {
        limits.shards = NonZeroUsize::MIN;
        let options = Options {
            listen: "127.0.0.1:0".parse().unwrap(),
            tls: Some(certificate.files.clone()),
            relay: limits,
            ..Options::default()
        };
        Self::serve(options, |address| Host::Tls(address, certificate))
    }

    pub(crate) fn serve(options: Options, host: impl FnOnce(SocketAddr) -> Host) -> Self {
        let server = Server::bind(options).unwrap();
        let address = server.local_addr();
        let (stop, stopped) = oneshot::channel::<()>();
        let task = tokio::spawn(async move {
            server.run(async { drop(stopped.await) }).await.unwrap();
        });
        Self {
            host: host(address),
            address,
            stop,
            task,
        }
    }

    /// Stops it and waits until it has.
    pub(crate) async fn stop(self) {
        self.stop.send(()).unwrap();
        self.task.await.unwrap();
    }
}
