//! One accepted connection as bytes, with or without TLS.
//!
//! Invariants: a connection's slot is free again when its bytes can no longer flow, whoever held it last; so a
//! WebSocket, which outlives the HTTP exchange that made it, counts like everything else. A connection that moves to
//! another thread is woken by that thread's runtime and no other.

use std::io::{self, IoSlice};
use std::mem;
use std::net::TcpStream as DetachedStream;
use std::os::fd::AsFd;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::thread::{self, ThreadId};

use rustix::io::Errno;
use rustix::net::SendFlags;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio_rustls::server::TlsStream;

use crate::slots::{Guest, Slot};

/// How the bytes travel.
#[derive(Debug)]
enum Transport {
    Plain(Socket),
    // Boxed: the state of TLS is large, and most servers stand behind a proxy.
    Tls(Box<TlsStream<Socket>>),
}

/// An accepted connection and its slot.
#[derive(Debug)]
pub(crate) struct Stream {
    transport: Transport,
    slot: Slot,
}

impl Stream {
    /// A connection without TLS.
    pub(crate) fn plain(socket: Socket, slot: Slot) -> Self {
        Self {
            transport: Transport::Plain(socket),
            slot,
        }
    }

    /// A connection whose TLS handshake is done.
    pub(crate) fn tls(stream: TlsStream<Socket>, slot: Slot) -> Self {
        Self {
            transport: Transport::Tls(Box::new(stream)),
            slot,
        }
    }

    /// The guest on it, unless it was taken.
    pub(crate) fn guest(&self) -> Option<&Guest> {
        self.slot.guest.as_ref()
    }

    /// Takes the guest on it, to be kept for as long as it is one.
    pub(crate) fn take_guest(&mut self) -> Option<Guest> {
        self.slot.guest.take()
    }

    /// Takes leave of the runtime that it was polled in: the next one that polls it takes it on. From here on each
    /// runtime that polls it must do so on one thread, as those of the relay do.
    pub(crate) fn detach(&mut self) {
        match &mut self.transport {
            Transport::Plain(socket) => socket.detach(),
            Transport::Tls(stream) => stream.get_mut().0.detach(),
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
            Transport::Plain(socket) => socket.is_write_vectored(),
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

/// A TCP connection that can change from one runtime to another.
#[derive(Debug)]
pub(crate) enum Socket {
    /// Known to a runtime, whichever thread it polls on.
    Attached(TcpStream),
    /// Known to the runtime of this thread, which polls on no other. Polled elsewhere, it changes to the runtime there.
    Pinned(TcpStream, ThreadId),
    /// On its way, to be pinned where it is polled next.
    Detached(DetachedStream),
    /// No runtime would have it.
    Lost,
}

impl Socket {
    fn detach(&mut self) {
        if let Self::Attached(stream) | Self::Pinned(stream, _) = mem::replace(self, Self::Lost) {
            *self = stream.into_std().map_or(Self::Lost, Self::Detached);
        }
    }

    /// Sends as much as the system takes at once.
    fn send(&self, bytes: &[u8]) -> Result<usize, Errno> {
        let socket = match self {
            Self::Attached(stream) | Self::Pinned(stream, _) => stream.as_fd(),
            Self::Detached(stream) => stream.as_fd(),
            Self::Lost => return Err(Errno::NOTCONN),
        };
        rustix::net::send(socket, bytes, SendFlags::NOSIGNAL)
    }

    /// The connection, known to the runtime that this is called in.
    fn attached(self: Pin<&mut Self>) -> io::Result<Pin<&mut TcpStream>> {
        let socket = self.get_mut();
        if let Self::Pinned(_, thread) = socket
            && *thread != thread::current().id()
        {
            socket.detach();
        }
        if let Self::Detached(_) = socket
            && let Self::Detached(stream) = mem::replace(socket, Self::Lost)
        {
            *socket = Self::Pinned(TcpStream::from_std(stream)?, thread::current().id());
        }
        match socket {
            Self::Attached(stream) | Self::Pinned(stream, _) => Ok(Pin::new(stream)),
            Self::Detached(_) | Self::Lost => Err(io::ErrorKind::NotConnected.into()),
        }
    }
}

impl AsyncRead for Socket {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        self.attached()?.poll_read(cx, into)
    }
}

impl AsyncWrite for Socket {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        // Nearly always it takes them: then there is no need to ask the runtime whether it might.
        match self.send(bytes) {
            Err(Errno::AGAIN | Errno::INTR) => self.attached()?.poll_write(cx, bytes),
            sent => Poll::Ready(sent.map_err(Into::into)),
        }
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.attached()?.poll_write_vectored(cx, slices)
    }

    fn is_write_vectored(&self) -> bool {
        true
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.attached()?.poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.attached()?.poll_shutdown(cx)
    }
}
