//! One connection from its `Hello` to its last byte.
//!
//! Reading, writing and time are polled in one place, in one task. Frames are handled where they
//! are decoded, straight out of the shard's read buffer; writing is the flusher's, once a turn.
//!
//! Invariants: a connection has a place in one room at most, and gives it up the moment it begins to
//! close, or its task panics; what a peer does wrong closes its own connection and touches no other; the buffer that is
//! shared by all connections holds nothing between turns.

mod crossing;
mod frames;
mod line;
mod outbox;
mod pace;
mod pulse;
mod work;

use std::future::poll_fn;
use std::io;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use sanctuary_wire::{ClientFrame, CloseCode, DecodeError};
use tokio::time::{Instant, Sleep, sleep_until};

use crossing::{Brought, Lobby};
pub(super) use crossing::{Crossing, random};
pub(super) use line::Line;
pub(super) use pace::BURST_S;
use pace::{Pace, Verdict};
use pulse::{Beat, Pulse};

use super::directory::ShardIndex;
use super::rooms::Place;
use super::shard::Shard;
use super::sweeper::within_reach;
use crate::slots::Guest;
use crate::websocket::{CloseStatus, Decoder, Encoded, Received, TextPolicy};

/// Time that a peer has to take our last frames and hang up, before we do.
const FAREWELL: Duration = Duration::from_secs(3);

/// Bytes that a peer may still have on their way to us when we close. One that sends more does not
/// listen, and is hung up on.
const ON_THE_WAY: usize = 2 << 20;

/// Reads in one turn before other connections have theirs.
const READS_PER_TURN: usize = 16;

const IDLE: &str = "neither created, joined nor resumed in time: reconnect";

const NEEDED: &str =
    "others need the connection, and this one is in no room: reconnect when it is to be";

const FLOOD: &str = "far more frames than the relay takes in the time: send fewer";

/// Where a connection stands.
enum Stage {
    /// Boxed, so that all of it is overwritten when it makes way for a place.
    Lobby(Box<Lobby>),
    Member(Place),
    Closing,
}

/// What comes after something that was received.
enum Next {
    /// More from the same peer.
    Receive,
    /// The frame is for a room of that shard.
    Cross(ShardIndex, ClientFrame),
}

/// How a connection's task ends.
enum Exit {
    Over,
    Cross(ShardIndex, Box<Crossing>),
}

/// A guest, and when it is asked to leave.
struct Asked {
    guest: Guest,
    leave: Pin<Box<dyn Future<Output = ()> + Send>>,
}

impl Asked {
    fn wait(guest: Guest) -> Self {
        Self {
            leave: Box::pin(guest.asked_to_leave()),
            guest,
        }
    }
}

/// A connection that a task serves.
struct Connection {
    shard: Rc<Shard>,
    line: Rc<Line>,
    /// The line's, among all of the shard.
    number: u64,
    decoder: Decoder,
    stage: Stage,
    pulse: Pulse,
    pace: Pace,
    /// It has sent more than it may, and is not read before then.
    paused: Option<Instant>,
    timer: Pin<Box<Sleep>>,
    /// As long as it has no place, and was not asked to leave.
    guest: Option<Asked>,
    /// What the connection came with, until it is looked at.
    brought: Option<Box<Brought>>,
    /// The peer has sent its last byte or frame.
    has_closed: bool,
    /// The sending direction is ended.
    is_shut: bool,
    /// Bytes that came after the end.
    discarded: usize,
}

/// Serves a connection until it is over, or has to be served by another shard.
pub(super) async fn serve(shard: Rc<Shard>, crossing: Box<Crossing>) {
    // Boxed, since what is returned by value would be left out of reach.
    let mut connection = within_reach(|| Box::new(Connection::arrive(&shard, crossing)));
    let exit = poll_fn(|cx| within_reach(|| connection.poll(cx))).await;
    within_reach(|| drop(connection));
    if let Exit::Cross(to, crossing) = exit {
        shard.pass_on(to, crossing);
    }
}

impl Connection {
    /// Takes the box, and so frees it here: what is moved out of one stands in it until its owner ends, which in `serve`
    /// would be with the connection, however long after the room that the frame names.
    fn arrive(shard: &Rc<Shard>, crossing: Box<Crossing>) -> Self {
        let Crossing {
            stream,
            outbox,
            decoder,
            pulse,
            pace,
            lobby,
            guest,
            brought,
        } = *crossing;
        let timer = Box::pin(sleep_until(pulse.next().min(lobby.until)));
        let line = Line::new(stream, outbox.unpack(), Rc::clone(&shard.flusher));
        Self {
            number: shard.lines.add(&line),
            line,
            shard: Rc::clone(shard),
            decoder,
            stage: Stage::Lobby(lobby),
            pulse,
            pace,
            paused: None,
            timer,
            guest: guest.map(Asked::wait),
            brought: Some(Box::new(brought)),
            has_closed: false,
            is_shut: false,
            discarded: 0,
        }
    }

    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Exit> {
        self.line.set_task(cx.waker());
        if self.line.poll_blocked(cx).is_err() {
            return Poll::Ready(Exit::Over);
        }
        if let Some(brought) = self.brought.take()
            && let Some(exit) = self.unpack(*brought)
        {
            return Poll::Ready(exit);
        }
        self.poll_timer(cx);
        self.poll_asked(cx);
        // Who is not in a room has to take the answers before asking more: they would all be copied whenever it crosses.
        let has_to_read = self.line.is_blocked() && matches!(self.stage, Stage::Lobby(_));
        if !self.line.is_closing() && self.paused.is_none() && !has_to_read {
            if let Poll::Ready(exit) = self.poll_input(cx) {
                return Poll::Ready(exit);
            }
            if self.paused.is_some() {
                // The timer was set to the end of the pause, and has to know who waits for it.
                self.poll_timer(cx);
            }
        }
        if self.line.is_closing() {
            return self.poll_farewell(cx).map(|()| Exit::Over);
        }
        Poll::Pending
    }

    /// Reads and handles what there is.
    fn poll_input(&mut self, cx: &mut Context<'_>) -> Poll<Exit> {
        let shard = Rc::clone(&self.shard);
        let mut buffer = shard.buffer.borrow_mut();
        for _ in 0..READS_PER_TURN {
            let n = match ready!(self.line.poll_read(cx, &mut buffer)) {
                Ok(n) if n > 0 => n,
                _ => return Poll::Ready(Exit::Over),
            };
            let received = buffer.get_mut(..n).unwrap_or_default();
            self.pulse.hear();
            let exit = self.receive(received);
            // The buffer stays, so a plain write cannot be optimised away.
            received.fill(0);
            if let Some(exit) = exit {
                return Poll::Ready(exit);
            }
            self.line.set_received(self.decoder.held());
            if self.pace.is_spent_by(n) {
                self.slow_down();
            }
            if self.line.is_closing() || self.paused.is_some() {
                return Poll::Pending;
            }
        }
        cx.waker().wake_by_ref();
        Poll::Pending
    }

    /// Sees to a peer that has sent all that it may.
    fn slow_down(&mut self) {
        match self.pace.judge(&self.shard.limits, Instant::now()) {
            Verdict::GoOn => {}
            Verdict::Wait(until) => {
                self.paused = Some(until);
                self.set_timer();
            }
            Verdict::Flood => self.close(CloseCode::TooFast.into(), FLOOD),
        }
    }

    fn receive(&mut self, mut bytes: &[u8]) -> Option<Exit> {
        while !self.line.is_closing() {
            let decoded = self.decoder.decode(&mut bytes);
            self.pace.count_frames(self.decoder.take_begun());
            match decoded {
                Ok(None) => break,
                Ok(Some(received)) => {
                    if let Next::Cross(to, frame) = self.take(received) {
                        return Some(self.cross(to, frame, bytes));
                    }
                }
                Err(violation) => self.close(violation.status(), &violation.to_string()),
            }
        }
        None
    }

    fn take(&mut self, received: Received) -> Next {
        match received {
            Received::Binary(bytes) => match ClientFrame::decode(&Bytes::from(bytes)) {
                Ok(frame) => return self.handle(frame),
                Err(error) => self.refuse(error),
            },
            // The decoder refuses text before it is whole.
            Received::Text(_) | Received::Pong => {}
            Received::Ping(payload) => self.line.send(Encoded::pong(&payload)),
            Received::Close(status) => {
                self.has_closed = true;
                self.line.send_last(Encoded::close_answer(status));
            }
        }
        Next::Receive
    }

    fn refuse(&mut self, error: DecodeError) {
        self.close(CloseCode::Malformed.into(), &error.to_string());
    }

    fn close(&mut self, status: CloseStatus, reason: &str) {
        self.line.send_last(Encoded::close(status, reason));
    }

    /// Looks at what the connection came with.
    fn unpack(&mut self, brought: Brought) -> Option<Exit> {
        let next = brought.frame.map(|frame| self.handle(frame));
        if let Some(Next::Cross(to, frame)) = next {
            return Some(self.cross(to, frame, &brought.unread));
        }
        self.receive(&brought.unread)
    }

    /// Packs the connection up for another shard.
    fn cross(&mut self, to: ShardIndex, frame: ClientFrame, unread: &[u8]) -> Exit {
        let (Some(stream), outbox) = self.line.take() else {
            return Exit::Over;
        };
        let Stage::Lobby(lobby) = std::mem::replace(&mut self.stage, Stage::Closing) else {
            return Exit::Over;
        };
        Exit::Cross(
            to,
            Box::new(Crossing {
                stream,
                outbox: outbox.pack(),
                decoder: std::mem::replace(&mut self.decoder, Decoder::new(0, TextPolicy::Refuse)),
                pulse: self.pulse,
                pace: self.pace,
                lobby,
                guest: self.guest.take().map(|asked| asked.guest),
                brought: Brought {
                    frame: Some(frame),
                    unread: unread.to_vec(),
                },
            }),
        )
    }

    /// Leaves if it was asked to.
    fn poll_asked(&mut self, cx: &mut Context<'_>) {
        if let Some(asked) = &mut self.guest
            && asked.leave.as_mut().poll(cx).is_ready()
        {
            self.guest = None;
            self.close(CloseCode::Idle.into(), NEEDED);
        }
    }

    /// Does what time demands.
    fn poll_timer(&mut self, cx: &mut Context<'_>) {
        while !self.line.is_closing() && self.timer.as_mut().poll(cx).is_ready() {
            let now = Instant::now();
            if self.idle_until().is_some_and(|until| until <= now) {
                return self.close(CloseCode::Idle.into(), IDLE);
            }
            if self.paused.is_some_and(|until| until <= now) {
                self.paused = None;
                // Its silence was of our making.
                self.pulse.hear();
            }
            if self.pulse.next() <= now {
                if self.paused.is_some() {
                    self.pulse.hear();
                }
                match self.pulse.beat(now) {
                    Beat::Alive => {}
                    Beat::Ping => self.line.send(Encoded::ping()),
                    Beat::Lost => self.line.cut(),
                }
            }
            self.set_timer();
        }
    }

    /// Sets the timer to what is due next.
    fn set_timer(&mut self) {
        let others = [self.idle_until(), self.paused];
        let next = others.into_iter().flatten().min();
        let beat = self.pulse.next();
        self.timer
            .as_mut()
            .reset(next.map_or(beat, |next| next.min(beat)));
    }

    /// When a connection that has no place yet must have one.
    fn idle_until(&self) -> Option<Instant> {
        match &self.stage {
            Stage::Lobby(lobby) => Some(lobby.until),
            Stage::Member(_) | Stage::Closing => None,
        }
    }

    /// Writes the last frames, ends the sending direction, and waits for the peer to hang up: to
    /// hang up before would make the kernel throw away what it has not sent.
    fn poll_farewell(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        if !matches!(self.stage, Stage::Closing) {
            self.leave();
            // Nothing of a message that is half here is needed any more.
            self.decoder = Decoder::new(0, TextPolicy::Refuse);
            self.line.set_received(0);
            self.timer.as_mut().reset(Instant::now() + FAREWELL);
        }
        if self.line.is_cut() || self.timer.as_mut().poll(cx).is_ready() {
            return Poll::Ready(());
        }
        if self.discard_input(cx) > ON_THE_WAY {
            return Poll::Ready(());
        }
        match self.poll_shut(cx) {
            Poll::Ready(Ok(())) if !self.has_closed => Poll::Pending,
            shut => shut.map(drop),
        }
    }

    /// Reads what the peer still sends, and throws it away; tells how much that was so far.
    fn discard_input(&mut self, cx: &mut Context<'_>) -> usize {
        let shard = Rc::clone(&self.shard);
        let mut buffer = shard.buffer.borrow_mut();
        while !self.has_closed && self.discarded <= ON_THE_WAY {
            let Poll::Ready(read) = self.line.poll_read(cx, &mut buffer) else {
                break;
            };
            let n = read.unwrap_or_default();
            self.has_closed = n == 0;
            self.discarded += n;
            buffer.get_mut(..n).unwrap_or_default().fill(0);
        }
        self.discarded
    }

    fn poll_shut(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        if !self.is_shut {
            ready!(self.line.poll_flush(cx))?;
            ready!(self.line.poll_shutdown(cx))?;
            self.is_shut = true;
        }
        Poll::Ready(Ok(()))
    }

    /// Gives up the place in a room.
    fn leave(&mut self) {
        if let Stage::Member(place) = std::mem::replace(&mut self.stage, Stage::Closing) {
            self.shard.rooms.disconnect(&place);
            self.shard.sweeper.sweep_soon();
        }
    }
}

// Here and not at the end of `serve`, so that a panic leaves nothing behind that looks like a member.
impl Drop for Connection {
    fn drop(&mut self) {
        self.leave();
        self.shard.lines.remove(self.number);
    }
}
