//! A stream that can be told to read a byte at a time: its peer's window never opens, and never stays
//! shut.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::{Interval, interval};

/// Between two bytes.
const PAUSE: Duration = Duration::from_millis(5);

/// Tells a stream when to read a byte at a time.
#[derive(Clone, Default)]
pub(crate) struct Sip(Arc<AtomicBool>);

impl Sip {
    /// From now on.
    pub(crate) fn start(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// A stream that heeds it.
    pub(crate) fn drink(&self, stream: TcpStream) -> Sipping {
        Sipping {
            stream,
            sip: self.clone(),
            pause: interval(PAUSE),
        }
    }
}

/// See [`Sip`].
pub(crate) struct Sipping {
    stream: TcpStream,
    sip: Sip,
    pause: Interval,
}

impl AsyncRead for Sipping {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if !self.sip.0.load(Ordering::Relaxed) {
            return Pin::new(&mut self.stream).poll_read(cx, buffer);
        }
        ready!(self.pause.poll_tick(cx));
        let mut byte = [0];
        let mut one = ReadBuf::new(&mut byte);
        ready!(Pin::new(&mut self.stream).poll_read(cx, &mut one))?;
        buffer.put_slice(one.filled());
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Sipping {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
