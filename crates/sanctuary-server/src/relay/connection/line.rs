//! A connection as the rooms and the flusher see it: a queue, and the stream it is written to.
//!
//! Invariants: a line is written by the flusher, once a turn, as long as the stream takes what
//! there is; when it does not, by the connection's task until it does again. The stream's waker is
//! then always the task's.

use std::cell::{Cell, RefCell};
use std::fmt;
use std::io::{self, IoSlice};
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker, ready};

use sanctuary_wire::EndedReason;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::outbox::Outbox;
use crate::relay::flusher::Flusher;
use crate::relay::room::Recipient;
use crate::websocket::Encoded;

/// Large pieces that go into one write.
const PIECES: usize = 16;

/// The bytes of a connection: TCP, TLS, or anything else that carries both ways.
pub(in crate::relay) trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<S: AsyncRead + AsyncWrite + Send + Unpin> Stream for S {}

/// The sending side of a connection, and its stream.
pub(in crate::relay) struct Line {
    /// `None` once the connection is over, or served by another shard.
    stream: RefCell<Option<Box<dyn Stream>>>,
    outbox: RefCell<Outbox>,
    /// The connection's task.
    task: RefCell<Option<Waker>>,
    /// The stream takes no more for now; the task waits for it.
    is_blocked: Cell<bool>,
    /// The flusher knows of it.
    is_listed: Cell<bool>,
    /// Bytes of a message that is half received.
    received: Cell<usize>,
    flusher: Rc<Flusher>,
}

impl Line {
    pub(super) fn new(stream: Box<dyn Stream>, outbox: Outbox, flusher: Rc<Flusher>) -> Rc<Self> {
        let has_frames = !outbox.is_empty();
        let line = Rc::new(Self {
            stream: RefCell::new(Some(stream)),
            outbox: RefCell::new(outbox),
            task: RefCell::new(None),
            is_blocked: Cell::new(false),
            is_listed: Cell::new(false),
            received: Cell::new(0),
            flusher,
        });
        if has_frames {
            line.list();
        }
        line
    }

    /// Queues a frame.
    pub(super) fn send(self: &Rc<Self>, frame: Encoded) {
        self.change(|outbox| outbox.push(frame));
    }

    /// Queues the last frame behind all others.
    pub(super) fn send_last(self: &Rc<Self>, frame: Encoded) {
        self.change(|outbox| outbox.push_last(frame));
    }

    /// Gives the connection up.
    pub(super) fn cut(self: &Rc<Self>) {
        self.change(Outbox::cut);
    }

    /// Takes note of how many bytes of a half received message the connection keeps.
    pub(super) fn set_received(&self, bytes: usize) {
        self.received.set(bytes);
    }

    /// Bytes that the connection holds.
    pub(in crate::relay) fn held(&self) -> usize {
        self.received
            .get()
            .saturating_add(self.outbox.borrow().waiting())
    }

    /// Gives up what waits, and the connection: it may come back.
    pub(in crate::relay) fn shed(self: &Rc<Self>) {
        self.change(Outbox::stall);
    }

    /// Whether the last frame is queued, or nothing will be sent any more.
    pub(super) fn is_closing(&self) -> bool {
        self.outbox.borrow().is_closing()
    }

    /// Whether the stream is to be dropped as it is.
    pub(super) fn is_cut(&self) -> bool {
        self.outbox.borrow().is_cut()
    }

    /// Whether the stream takes no more for now.
    pub(super) fn is_blocked(&self) -> bool {
        self.is_blocked.get()
    }

    /// Sets who is woken when the line is closing, or its stream takes more.
    pub(super) fn set_task(&self, waker: &Waker) {
        let mut task = self.task.borrow_mut();
        if task.as_ref().is_none_or(|task| !task.will_wake(waker)) {
            *task = Some(waker.clone());
        }
    }

    /// Goes on writing if the stream took no more before. For the task only.
    pub(super) fn poll_blocked(&self, cx: &mut Context<'_>) -> io::Result<()> {
        if !self.is_blocked.get() {
            return Ok(());
        }
        match self.poll_flush(cx) {
            Poll::Pending => Ok(()),
            Poll::Ready(written) => {
                self.is_blocked.set(false);
                written
            }
        }
    }

    /// Writes everything that waits. For the task only.
    pub(super) fn poll_flush(&self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let flushed = self.poll_write_all(cx);
        // The flusher, which wipes at the end of its turn, may have none for a long time.
        self.flusher.together().wipe();
        flushed
    }

    fn poll_write_all(&self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let mut stream = self.stream.borrow_mut();
        let Some(stream) = stream.as_deref_mut() else {
            return Poll::Ready(Ok(()));
        };
        let mut outbox = self.outbox.borrow_mut();
        while !outbox.is_empty() {
            let written = if let Some(piece) = outbox.only() {
                ready!(Pin::new(&mut *stream).poll_write(cx, piece))?
            } else if outbox.is_small() {
                let mut together = self.flusher.together();
                let bytes = together.put(outbox.pieces());
                ready!(Pin::new(&mut *stream).poll_write(cx, bytes))?
            } else {
                let mut slices = [IoSlice::new(&[]); PIECES];
                let mut count = 0;
                for (slice, piece) in slices.iter_mut().zip(outbox.pieces()) {
                    *slice = IoSlice::new(piece);
                    count += 1;
                }
                let slices = slices.get(..count).unwrap_or_default();
                ready!(Pin::new(&mut *stream).poll_write_vectored(cx, slices))?
            };
            if written == 0 {
                return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
            }
            outbox.advance(written);
        }
        Pin::new(stream).poll_flush(cx)
    }

    /// Reads what there is into `buffer`; 0 at the end.
    pub(super) fn poll_read(
        &self,
        cx: &mut Context<'_>,
        buffer: &mut [u8],
    ) -> Poll<io::Result<usize>> {
        let mut stream = self.stream.borrow_mut();
        let Some(stream) = stream.as_deref_mut() else {
            return Poll::Ready(Ok(0));
        };
        let mut buffer = ReadBuf::new(buffer);
        ready!(Pin::new(stream).poll_read(cx, &mut buffer))?;
        Poll::Ready(Ok(buffer.filled().len()))
    }

    /// Ends the sending direction of the stream.
    pub(super) fn poll_shutdown(&self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.stream.borrow_mut().as_deref_mut() {
            Some(stream) => Pin::new(stream).poll_shutdown(cx),
            None => Poll::Ready(Ok(())),
        }
    }

    /// Writes what waits as far as the stream takes it at once. For the flusher only.
    pub(in crate::relay) fn flush(&self) {
        self.is_listed.set(false);
        // Whatever comes of it is the task's to see to, with its own waker.
        let flushed = self.poll_write_all(&mut Context::from_waker(Waker::noop()));
        if !matches!(flushed, Poll::Ready(Ok(()))) {
            self.is_blocked.set(true);
            self.wake();
        }
    }

    /// Takes stream and queue away, to be served elsewhere or dropped.
    pub(super) fn take(&self) -> (Option<Box<dyn Stream>>, Outbox) {
        let stream = self.stream.borrow_mut().take();
        let outbox = self.outbox.replace(Outbox::new(0));
        self.outbox.borrow_mut().cut();
        (stream, outbox)
    }

    /// Ends the session on this connection.
    pub(in crate::relay) fn finish(self: &Rc<Self>, reason: EndedReason) {
        self.change(|outbox| outbox.end(reason));
    }

    /// Changes the queue, and sees to it that the change has its effect.
    fn change(self: &Rc<Self>, change: impl FnOnce(&mut Outbox)) {
        let is_closing = {
            let mut outbox = self.outbox.borrow_mut();
            let was_closing = outbox.is_closing();
            change(&mut outbox);
            outbox.is_closing() && !was_closing || outbox.is_cut()
        };
        if is_closing {
            self.wake();
        }
        self.list();
    }

    /// Has the flusher write what waits at the end of this turn, unless the task is at it.
    fn list(self: &Rc<Self>) {
        if !self.is_blocked.get() && !self.is_listed.replace(true) {
            self.flusher.list(Rc::clone(self));
        }
    }

    fn wake(&self) {
        if let Some(task) = &*self.task.borrow() {
            task.wake_by_ref();
        }
    }
}

impl Recipient for Rc<Line> {
    fn deliver(&self, frame: &Encoded) {
        self.send(frame.clone());
    }

    fn replay(&self, frames: &mut dyn Iterator<Item = Encoded>) {
        self.change(|outbox| outbox.push_replay(frames));
    }

    fn end(&self, reason: EndedReason) {
        self.finish(reason);
    }
}

impl fmt::Debug for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Line").finish_non_exhaustive()
    }
}
