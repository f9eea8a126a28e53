//! One accepted connection as bytes, with or without TLS.
//!
//! Invariant: a connection's slot is free again when its bytes can no longer flow, whoever held it last; so a WebSocket,
//! which outlives the HTTP exchange that made it, counts like everything else.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::sync::OwnedSemaphorePermit;
use tokio_rustls::server::TlsStream;

/// How the bytes travel.
#[derive(Debug)]
enum Transport {
    Plain(TcpStream),
    // Boxed: the state of TLS is large, and most servers stand behind a proxy.
    Tls(Box<TlsStream<TcpStream>>),
}

/// An accepted connection and its slot.
#[derive(Debug)]
pub(crate) struct Stream {
    transport: Transport,
    _slot: OwnedSemaphorePermit,
}

impl Stream {
    /// A connection without TLS.
    pub(crate) fn plain(stream: TcpStream, slot: OwnedSemaphorePermit) -> Self {
        Self {
            transport: Transport::Plain(stream),
            _slot: slot,
        }
    }

    /// A connection whose TLS handshake is done.
    pub(crate) fn tls(stream: TlsStream<TcpStream>, slot: OwnedSemaphorePermit) -> Self {
        Self {
            transport: Transport::Tls(Box::new(stream)),
            _slot: slot,
        }
    }
}

/// Calls the same method on whichever transport it is.
macro_rules! forward {
    ($stream:expr, $method:ident($($argument:expr),*)) => {
        match &mut $stream.get_mut().transport {
            Transport::Plain(stream) => Pin::new(stream).$method($($argument),*),
            Transport::Tls(stream) => Pin::new(stream).$method($($argument),*),
        }
    };
}

impl AsyncRead for Stream {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        forward!(self, poll_read(cx, into))
    }
}

impl AsyncWrite for Stream {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        forward!(self, poll_write(cx, bytes))
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        forward!(self, poll_write_vectored(cx, slices))
    }

    fn is_write_vectored(&self) -> bool {
        match &self.transport {
            Transport::Plain(stream) => stream.is_write_vectored(),
            Transport::Tls(stream) => stream.is_write_vectored(),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        forward!(self, poll_flush(cx))
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        forward!(self, poll_shutdown(cx))
    }
}
