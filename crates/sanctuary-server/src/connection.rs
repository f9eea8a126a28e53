//! One connection from acceptance to its last HTTP response, or until it becomes a WebSocket.
//!
//! Invariants: each phase has a time limit (handshake, headers, the whole exchange), and less when slots run short, so a
//! peer that sends or reads slowly cannot keep its slot; errors of peers are nobody's business and go nowhere.

use std::future::pending;
use std::pin::pin;
use std::time::Duration;

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use socket2::SockRef;
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::time::{sleep, timeout};
use tokio_rustls::TlsAcceptor;

use crate::http;
use crate::slots::{Guest, Slot, Slots, Taken};
use crate::stream::{Socket, Stream};

/// Time for a TLS handshake: several round trips of a bad network.
const HANDSHAKE: Duration = Duration::from_secs(10);

/// Time for the headers of a request, and to begin the next one on the same connection.
const HEADERS: Duration = Duration::from_secs(15);

/// Time for all requests and responses of one connection; an upgrade to a WebSocket ends it. The page with everything
/// that belongs to it gets through in that time at 2 KB/s, which is slower than Tor.
const EXCHANGE: Duration = Duration::from_secs(120);

/// Time that a response under way has to end after [`EXCHANGE`] is over, its slot is needed or the server stops.
const LAST_RESPONSE: Duration = Duration::from_secs(3);

/// Bytes that the kernel holds for a peer beyond what is on its way. The rest waits in a queue of ours, where it is bounded and
/// counted: what the kernel has taken and not brought to the peer is lost with the connection, and has to be in the replay window.
const UNSENT: u32 = 128 << 10;

/// Size of the buffer that request heads are read into. A head above [`http::MAX_HEAD`] is answered with what to do; one
/// above this with a bare 431.
const HEAD_BUFFER: usize = 2 * http::MAX_HEAD;

/// Most lines of headers in a request; more get a bare 431. Browsers send about twenty.
const HEADER_LINES: usize = 100;

/// What is needed to serve a connection.
#[derive(Clone)]
pub(crate) struct Service {
    /// Answers requests.
    pub(crate) router: Router,
    /// Answers requests on connections beyond the limit.
    pub(crate) overloaded: Router,
    /// Makes TLS connections, if the server speaks TLS.
    pub(crate) tls: Option<TlsAcceptor>,
    /// Becomes true when the server stops.
    pub(crate) stopping: watch::Receiver<bool>,
}

impl Service {
    /// Serves the connection in a task of its own if there is a slot left, and closes it otherwise.
    pub(crate) fn accept(&self, socket: TcpStream, slots: &Slots) {
        let Some(taken) = slots.take() else {
            return;
        };
        let service = self.clone();
        tokio::spawn(async move {
            match taken {
                Taken::Regular(slot) => service.serve(socket, slot, service.router.clone()).await,
                Taken::Overloaded(slot) => {
                    service
                        .serve(socket, slot, service.overloaded.clone())
                        .await;
                }
            }
        });
    }

    async fn serve(&self, socket: TcpStream, slot: Slot, router: Router) {
        // Frames are coalesced before they are written: waiting for more in the kernel only delays them. Without the
        // option the connection works all the same.
        let _ = socket.set_nodelay(true);
        let _ = SockRef::from(&socket).set_tcp_notsent_lowat(UNSENT);
        let socket = Socket::Attached(socket);
        let stream = match &self.tls {
            None => Stream::plain(socket, slot),
            Some(tls) => {
                let shaken = tokio::select! {
                    shaken = timeout(HANDSHAKE, tls.accept(socket)) => shaken,
                    () = asked_to_leave(slot.guest.as_ref()) => return,
                };
                match shaken {
                    Ok(Ok(stream)) => Stream::tls(stream, slot),
                    Ok(Err(_)) | Err(_) => return,
                }
            }
        };
        self.exchange(stream, router).await;
    }

    async fn exchange(&self, stream: Stream, router: Router) {
        let asked_to_leave = asked_to_leave(stream.guest());
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(HEADERS)
            .max_buf_size(HEAD_BUFFER)
            .max_headers(HEADER_LINES)
            .serve_connection(TokioIo::new(stream), TowerToHyperService::new(router))
            .with_upgrades();
        let mut connection = pin!(connection);
        let mut stopping = self.stopping.clone();
        tokio::select! {
            // How it ended is not looked at: what a peer does wrong is not written down.
            _ = connection.as_mut() => return,
            _ = stopping.wait_for(|stopping| *stopping) => {}
            () = sleep(EXCHANGE) => {}
            () = asked_to_leave => {}
        }
        connection.as_mut().graceful_shutdown();
        let _ = timeout(LAST_RESPONSE, connection).await;
    }
}

/// Ready when a guest is asked to leave; never, where there is none.
fn asked_to_leave(guest: Option<&Guest>) -> impl Future<Output = ()> + Send + use<> {
    let asked = guest.map(Guest::asked_to_leave);
    async move {
        match asked {
            Some(asked) => asked.await,
            None => pending().await,
        }
    }
}
