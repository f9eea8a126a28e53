//! What waits to be written to one connection.
//!
//! Invariants: never more than the bound waits, replays aside; a frame whose first byte was written
//! is written whole or the connection is cut; nothing follows the last frame.

use std::collections::VecDeque;

use sanctuary_wire::{CloseCode, EndedReason};

use crate::relay::encode::farewell;
use crate::websocket::{CloseStatus, Encoded};

/// Frames that an empty queue keeps room for. What a burst needed beyond is given back.
const KEPT_CAPACITY: usize = 32;

/// Up to this average size in bytes, copying frames together costs less than handing the kernel a list
/// of them.
const SMALL: usize = 4 * 1024;

/// What is told to a reader that is too slow.
const STALLED: &str = "too much waits to be read: read faster, or reconnect and resume";

/// How far a connection's end has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Open,
    /// The last frame is queued.
    Closing,
    /// The stream is to be dropped as it is.
    Cut,
}

/// What a connection that changes to another thread still has to be sent. Frames are shared within a thread only.
#[derive(Debug)]
pub(super) struct Packed {
    frames: Vec<Vec<u8>>,
    written: usize,
    bound: usize,
}

impl Packed {
    /// A queue for `bound` bytes, with one frame in it.
    pub(super) fn one(frame: &Encoded, bound: usize) -> Self {
        Self {
            frames: vec![frame.to_vec()],
            written: 0,
            bound,
        }
    }

    /// The queue on the thread where it goes on.
    pub(super) fn unpack(self) -> Outbox {
        let mut outbox = Outbox::new(self.bound);
        for frame in &self.frames {
            outbox.append(Encoded::whole(frame));
        }
        outbox.written = self.written;
        outbox
    }
}

/// The queue of frames to one connection.
#[derive(Debug)]
pub(in crate::relay) struct Outbox {
    queue: VecDeque<Encoded>,
    /// How much of the first frame was written.
    written: usize,
    /// Bytes that wait, those written of the first frame included.
    waiting: usize,
    bound: usize,
    /// What a replay put on top of the bound. Over once everything was written.
    replayed: usize,
    state: State,
}

impl Outbox {
    /// An empty queue for `bound` bytes.
    pub(in crate::relay) fn new(bound: usize) -> Self {
        Self {
            queue: VecDeque::new(),
            written: 0,
            waiting: 0,
            bound,
            replayed: 0,
            state: State::Open,
        }
    }

    /// What waits, to be sent from another thread. For connections without a place in a room, which have
    /// no replay and are not closing.
    pub(super) fn pack(&self) -> Packed {
        Packed {
            frames: self.queue.iter().map(|frame| frame.to_vec()).collect(),
            written: self.written,
            bound: self.bound,
        }
    }

    /// Queues a frame. Beyond the bound the reader is told that it is too slow, and cut off.
    pub(in crate::relay) fn push(&mut self, frame: Encoded) {
        if self.state != State::Open {
            return;
        }
        // One frame always fits: it is not larger than what a member could send.
        let bound = self.bound.saturating_add(self.replayed);
        if !self.queue.is_empty() && self.waiting + frame.len() > bound {
            return self.stall();
        }
        self.append(frame);
    }

    /// Tells the reader that it is too slow, in place of what waits, and cuts it off.
    pub(in crate::relay) fn stall(&mut self) {
        if self.state == State::Open {
            self.drop_unwritten();
            let code = CloseStatus::from(CloseCode::Stalled);
            self.push_last(Encoded::close(code, STALLED));
        }
    }

    /// Bytes that wait.
    pub(in crate::relay) fn waiting(&self) -> usize {
        self.waiting
    }

    /// Queues frames that the reader missed. They do not count for the bound: a member whose replay
    /// is as large as its queue could never come back.
    pub(in crate::relay) fn push_replay(&mut self, frames: &mut dyn Iterator<Item = Encoded>) {
        if self.state != State::Open {
            return;
        }
        for frame in frames {
            self.replayed += frame.len();
            self.append(frame);
        }
    }

    /// Queues the last frame behind all others.
    pub(in crate::relay) fn push_last(&mut self, frame: Encoded) {
        if self.state == State::Open {
            self.append(frame);
            self.state = State::Closing;
        }
    }

    /// Ends the session: what waits is dropped, and only the farewell is sent. If a frame is half
    /// written, the reader is far behind: it is cut off, since the rest must not be delivered.
    pub(in crate::relay) fn end(&mut self, reason: EndedReason) {
        if self.written > 0 {
            self.cut();
        } else if self.state == State::Open {
            self.drop_unwritten();
            self.push_last(farewell(reason));
        }
    }

    /// Drops everything.
    pub(in crate::relay) fn cut(&mut self) {
        self.written = 0;
        self.drop_unwritten();
        self.state = State::Cut;
    }

    /// Whether the last frame is queued, or nothing will be sent any more.
    pub(in crate::relay) fn is_closing(&self) -> bool {
        self.state != State::Open
    }

    /// Whether the stream is to be dropped as it is.
    pub(in crate::relay) fn is_cut(&self) -> bool {
        self.state == State::Cut
    }

    /// Whether nothing waits.
    pub(in crate::relay) fn is_empty(&self) -> bool {
        self.queue.is_empty()
    }

    /// The bytes to write next, if they are all that waits.
    pub(in crate::relay) fn only(&self) -> Option<&[u8]> {
        let first = self.queue.front().filter(|_| self.queue.len() == 1)?;
        first.get(self.written..)
    }

    /// Whether what waits is small pieces: cheaper to copy than to list.
    pub(in crate::relay) fn is_small(&self) -> bool {
        self.waiting <= self.queue.len().saturating_mul(SMALL)
            && self.queue.front().is_some_and(|first| first.len() <= SMALL)
    }

    /// The bytes to write next, in pieces.
    pub(in crate::relay) fn pieces(&self) -> impl Iterator<Item = &[u8]> {
        let mut skip = self.written;
        self.queue
            .iter()
            .map(move |frame| frame.get(std::mem::take(&mut skip)..).unwrap_or_default())
    }

    /// Takes note that so many bytes were written.
    pub(in crate::relay) fn advance(&mut self, bytes: usize) {
        self.written += bytes;
        while let Some(first) = self.queue.front().map(|frame| frame.len()) {
            if self.written < first {
                break;
            }
            self.written -= first;
            self.waiting -= first;
            self.queue.pop_front();
        }
        if self.queue.is_empty() {
            self.replayed = 0;
            self.written = 0;
            if self.queue.capacity() > KEPT_CAPACITY {
                self.queue = VecDeque::new();
            }
        }
    }

    fn append(&mut self, frame: Encoded) {
        self.waiting += frame.len();
        self.queue.push_back(frame);
    }

    /// Drops all frames but the one that is half written.
    fn drop_unwritten(&mut self) {
        let keep = usize::from(self.written > 0);
        self.queue.truncate(keep);
        self.queue.shrink_to_fit();
        self.waiting = self.queue.iter().map(|frame| frame.len()).sum();
        self.replayed = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(len: usize) -> Encoded {
        Encoded::binary(len, |out| out.extend(vec![7; len]))
    }

    fn pending(outbox: &Outbox) -> Vec<u8> {
        outbox.pieces().collect::<Vec<_>>().concat()
    }

    #[test]
    fn writes_go_on_where_they_stopped() {
        let mut outbox = Outbox::new(1000);
        outbox.push(frame(10));
        outbox.push(frame(20));
        let all = pending(&outbox);
        outbox.advance(5);
        assert_eq!(pending(&outbox), all[5..]);
        outbox.advance(10);
        assert_eq!(pending(&outbox), all[15..]);
        outbox.advance(all.len() - 15);
        assert!(outbox.is_empty() && !outbox.is_closing());
    }

    #[test]
    fn a_reader_beyond_the_bound_gets_the_frame_it_is_in_and_the_reason() {
        let mut outbox = Outbox::new(50);
        let first = frame(30);
        outbox.push(first.clone());
        outbox.advance(5);
        outbox.push(frame(10));
        assert!(!outbox.is_closing());
        outbox.push(frame(10));
        let close = Encoded::close(CloseStatus::from(CloseCode::Stalled), STALLED);
        assert_eq!(pending(&outbox), [&first[5..], &close].concat());
        outbox.push(frame(1));
        assert_eq!(pending(&outbox).len(), first.len() - 5 + close.len());
    }

    #[test]
    fn a_replay_is_not_bound() {
        let mut outbox = Outbox::new(50);
        outbox.push_replay(&mut std::iter::repeat_n(frame(30), 3));
        outbox.push(frame(30));
        assert!(!outbox.is_closing());
        outbox.advance(4 * 32);
        outbox.push(frame(30));
        outbox.push(frame(30));
        assert!(outbox.is_closing());
    }

    #[test]
    fn after_the_end_nothing_is_delivered_but_the_farewell() {
        let mut outbox = Outbox::new(1000);
        outbox.push(frame(10));
        outbox.end(EndedReason::Purged);
        outbox.push(frame(10));
        assert_eq!(pending(&outbox), farewell(EndedReason::Purged).to_vec());
    }

    #[test]
    fn a_reader_that_is_in_the_middle_of_a_frame_at_the_end_is_cut_off() {
        let mut outbox = Outbox::new(1000);
        outbox.push(frame(10));
        outbox.advance(1);
        outbox.end(EndedReason::Purged);
        assert!(outbox.is_cut());
        assert!(pending(&outbox).is_empty());
    }
}
