//! The server as a whole: it binds, accepts connections, and stops when told to.
//!
//! Invariants: everything that needs files or privileges happens in [`Server::bind`], before the runtime is entered;
//! nothing is written anywhere about any connection.

use std::future::pending;
use std::io;
use std::net::{SocketAddr, TcpListener as BoundListener};
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::time::{sleep, timeout};
use tokio_rustls::TlsAcceptor;

use crate::connection::Service;
use crate::http::{self, Site};
use crate::options::{Options, OptionsError};
use crate::relay::{Relay, StartError};
use crate::slots::Slots;
use crate::tls::{self, TlsError};

/// Time that connections have to end after the server was told to stop.
const SHUTDOWN: Duration = Duration::from_secs(5);

/// Pause after a failure to accept. The usual one is that the process has no file descriptor left, which only the end
/// of another connection mends.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// Why the server cannot start.
#[derive(Debug, thiserror::Error)]
pub enum ServerError {
    /// The options do not fit together.
    #[error(transparent)]
    Options(#[from] OptionsError),
    /// The certificate cannot be used.
    #[error(transparent)]
    Tls(#[from] TlsError),
    /// Another program listens there.
    #[error(
        "cannot listen on {0}: another program does; stop it or choose another port with --listen"
    )]
    InUse(SocketAddr),
    /// The system does not permit it.
    #[error(
        "cannot listen on {0}: not permitted; choose a port from 1024 on with --listen, or let the system pass ports \
         below that to this program"
    )]
    NotPermitted(SocketAddr),
    /// No such address on this machine.
    #[error(
        "cannot listen on {0}: this machine has no such address; 127.0.0.1 is this machine alone, 0.0.0.0 and [::] are all its addresses"
    )]
    NoSuchAddress(SocketAddr),
    /// Anything else that the system says.
    #[error("cannot listen on {address}")]
    Listen {
        /// Where.
        address: SocketAddr,
        /// What the system said.
        source: io::Error,
    },
    /// The relay cannot start.
    #[error(transparent)]
    Relay(#[from] StartError),
    /// The runtime does not take the listener.
    #[error("cannot wait for connections")]
    Runtime(#[source] io::Error),
}

/// A server that is bound to its address and does not serve yet.
pub struct Server {
    listener: BoundListener,
    address: SocketAddr,
    tls: Option<TlsAcceptor>,
    options: Options,
}

impl Server {
    /// Checks the options, reads the certificate and binds the address. From here on connections queue in the kernel.
    pub fn bind(options: Options) -> Result<Self, ServerError> {
        options.check()?;
        let tls = options.tls.as_ref().map(tls::acceptor).transpose()?;
        let (listener, address) =
            bind(options.listen).map_err(|error| listen_error(options.listen, error))?;
        Ok(Self {
            listener,
            address,
            tls,
            options,
        })
    }

    /// The address that the server is bound to, with the port that the system chose if it was asked to.
    pub fn local_addr(&self) -> SocketAddr {
        self.address
    }

    /// Where to open it: the scheme it speaks and the address it is bound to.
    pub fn url(&self) -> String {
        let scheme = if self.tls.is_some() { "https" } else { "http" };
        format!("{scheme}://{}", self.address)
    }

    /// Where browsers open it: its public URL if it has one, else the address it is bound to.
    pub fn address_to_open(&self) -> String {
        self.site().address()
    }

    fn site(&self) -> Site {
        Site::new(&self.options, self.address)
    }

    /// Starts the relay's threads. Must be called in a tokio runtime with I/O and time; one thread is enough for it, since
    /// it serves no rooms.
    pub fn start(self) -> Result<Started, ServerError> {
        let site = Arc::new(self.site());
        let listener = TcpListener::from_std(self.listener).map_err(ServerError::Runtime)?;
        let slots = Slots::new(self.options.relay.max_connections);
        let relay = Relay::new(self.options.relay, self.options.gauge)?;
        let (stop, stopping) = watch::channel(false);
        let service = Service {
            router: http::router(site, relay.clone()),
            overloaded: http::overloaded_router(),
            tls: self.tls,
            stopping,
        };
        Ok(Started {
            listener,
            slots,
            relay,
            service,
            stop,
        })
    }

    /// Starts and serves, as [`Server::start`] and [`Started::serve`] do one after the other.
    pub async fn run(self, shutdown: impl Future<Output = ()>) -> Result<(), ServerError> {
        self.start()?.serve(shutdown).await;
        Ok(())
    }
}

/// A server whose threads all run, and that accepts no connection yet: from here on it needs no file, no further
/// thread, and no socket but those that it accepts.
pub struct Started {
    listener: TcpListener,
    slots: Slots,
    relay: Relay,
    service: Service,
    stop: watch::Sender<bool>,
}

impl Started {
    /// Calls a function once on each of the threads that serve rooms, and returns what it answered there.
    pub async fn on_each_thread<T: Send + 'static>(&self, act: fn() -> T) -> Vec<T> {
        self.relay.on_each_thread(act).await
    }

    /// Serves until `shutdown` is ready; then tells the members of all rooms, lets responses under way end, and returns
    /// within a few seconds.
    pub async fn serve(self, shutdown: impl Future<Output = ()>) {
        tokio::select! {
            () = accept_until(shutdown, self.listener, &self.service, &self.slots) => {}
            // Ends at once where there is nothing to weigh.
            () = async { self.relay.weigh_this_thread(|guests| self.slots.ask_to_leave(guests)).await; pending().await } => {}
        }
        self.stop.send_replace(true);
        self.relay.shutdown().await;
        let _ = timeout(SHUTDOWN, self.slots.drained()).await;
    }
}

/// Accepts connections until `shutdown` is ready, then closes the listener.
async fn accept_until(
    shutdown: impl Future<Output = ()>,
    listener: TcpListener,
    service: &Service,
    slots: &Slots,
) {
    let mut shutdown = pin!(shutdown);
    loop {
        tokio::select! {
            biased;
            () = shutdown.as_mut() => return,
            accepted = listener.accept() => match accepted {
                // The peer's address is not kept.
                Ok((socket, _)) => service.accept(socket, slots),
                Err(_) => sleep(ACCEPT_PAUSE).await,
            },
        }
    }
}

fn bind(address: SocketAddr) -> io::Result<(BoundListener, SocketAddr)> {
    let listener = BoundListener::bind(address)?;
    listener.set_nonblocking(true)?;
    let address = listener.local_addr()?;
    Ok((listener, address))
}

fn listen_error(address: SocketAddr, source: io::Error) -> ServerError {
    match source.kind() {
        io::ErrorKind::AddrInUse => ServerError::InUse(address),
        io::ErrorKind::PermissionDenied => ServerError::NotPermitted(address),
        io::ErrorKind::AddrNotAvailable => ServerError::NoSuchAddress(address),
        _ => ServerError::Listen { address, source },
    }
}
