//! One member of the crowd: its connection, and what it makes of what comes over it.

use std::io::ErrorKind;
use std::time::Duration;

use anyhow::{Context, Result, bail};

use crate::clock::{Clock, Stamp};
use crate::dialect::{Dialect, Heard, Seat};
use crate::framing::{Frame, Purpose};
use crate::link::{Link, Reading};
use crate::outbox::Outbox;

use super::reports::{Reports, Unreported};
use super::tally::Tally;

/// The code that the relay closes the connection of a stalled reader with (PROTOCOL.md, section 3).
const STALLED: u16 = 4003;

/// How far a member has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stage {
    /// The connection is being made.
    Connecting,
    /// The connection is being made a WebSocket.
    Opening,
    /// It may speak, and is not in its room yet.
    Entering,
    /// It is in its room.
    In,
    /// It has said that it leaves.
    Leaving,
    /// Its connection is over.
    Gone,
}

/// Whether a member reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Attention {
    Reads,
    /// It reads nothing for now.
    Stalls,
    /// It did not read for a while.
    HasStalled,
}

/// A member.
pub(crate) struct Member<S> {
    pub(crate) link: Link,
    pub(crate) seat: Seat,
    pub(crate) stage: Stage,
    pub(crate) outbox: Outbox,
    pub(crate) state: S,
    /// Messages it may still send before the server took an earlier one. 0 for those who listen.
    pub(crate) window: usize,
    /// It talks.
    pub(crate) is_sender: bool,
    /// Whether it reads.
    pub(super) attention: Attention,
    /// Messages that it has not reported.
    pub(super) unreported: Option<Unreported>,
    /// It is on the list of those who have something to write.
    pub(crate) is_listed: bool,
    /// The beginning of a frame that is not whole yet.
    partial: Vec<u8>,
}

/// What all members share while they read.
pub(crate) struct Floor<'a, D> {
    pub(crate) dialect: &'a mut D,
    pub(crate) host: &'a str,
    pub(crate) tally: &'a mut Tally,
    pub(crate) clock: &'a Clock,
    pub(crate) buffer: &'a mut Vec<u8>,
    pub(super) reports: &'a mut Reports,
    /// The member that reads.
    pub(crate) index: usize,
}

impl<S> Member<S> {
    pub(crate) fn new(link: Link, seat: Seat, state: S) -> Self {
        Self {
            link,
            seat,
            stage: Stage::Connecting,
            outbox: Outbox::default(),
            state,
            window: 0,
            is_sender: false,
            attention: Attention::Reads,
            unreported: None,
            is_listed: false,
            partial: Vec::new(),
        }
    }

    /// Begins to speak, once the connection is there.
    pub(crate) fn connected<D: Dialect<State = S>>(&mut self, floor: &mut Floor<D>) -> Result<()> {
        let socket = &self.link.socket;
        if let Some(error) = socket.take_error()? {
            return Err(error).context("cannot connect");
        }
        match socket.peer_addr() {
            Ok(_) => {}
            Err(error) if error.kind() == ErrorKind::NotConnected => return Ok(()),
            Err(error) => return Err(error).context("cannot connect"),
        }
        socket.set_nodelay(true)?;
        let framing = floor.dialect.framing();
        framing.open(self.outbox.bytes(), floor.host, floor.dialect.path());
        self.stage = Stage::Opening;
        if framing.opened(&[])?.is_some() {
            self.opened(floor.dialect);
        }
        Ok(())
    }

    /// Reads everything there is and acts on it; if the peer has ended its direction, to the end.
    pub(crate) fn read<D: Dialect<State = S>>(
        &mut self,
        floor: &mut Floor<D>,
        to_the_end: bool,
    ) -> Result<()> {
        let mut buffer = std::mem::take(floor.buffer);
        let read = self.read_into(&mut buffer, floor, to_the_end);
        *floor.buffer = buffer;
        read
    }

    fn read_into<D: Dialect<State = S>>(
        &mut self,
        buffer: &mut Vec<u8>,
        floor: &mut Floor<D>,
        to_the_end: bool,
    ) -> Result<()> {
        // A short read tells that there is no more, but not that there is no end.
        let short_is_last = self.link.short_read_is_last() && !to_the_end;
        while self.stage != Stage::Gone {
            let kept = self.partial.len();
            if buffer.len() < 2 * kept {
                buffer.resize(4 * kept, 0);
            }
            let (front, room) = buffer.split_at_mut(kept);
            front.copy_from_slice(&self.partial);
            let room_len = room.len();
            let n = match self.link.read(room) {
                Ok(Reading::Bytes(n)) => n,
                Ok(Reading::Nothing) => return Ok(()),
                Ok(Reading::End) => return self.hung_up(floor),
                Err(error) if error.kind() == ErrorKind::ConnectionReset => {
                    return self.hung_up(floor);
                }
                Err(error) => return Err(error).context("cannot read"),
            };
            let bytes = buffer.get(..kept + n).unwrap_or_default();
            let used = self.consume(bytes, floor)?;
            self.partial.clear();
            self.partial
                .extend_from_slice(bytes.get(used..).unwrap_or_default());
            if short_is_last && n < room_len {
                return Ok(());
            }
        }
        Ok(())
    }

    fn hung_up<D: Dialect<State = S>>(&mut self, floor: &mut Floor<D>) -> Result<()> {
        if self.stage != Stage::Leaving {
            if self.attention == Attention::Reads {
                bail!("the server hung up on a member ({:?})", self.stage);
            }
            // It was told, and did not read that either: a few seconds later nothing of it is left.
            floor.tally.cut_off += 1;
        }
        self.stage = Stage::Gone;
        Ok(())
    }

    /// Acts on whole frames; tells how many bytes they took.
    fn consume<D: Dialect<State = S>>(
        &mut self,
        bytes: &[u8],
        floor: &mut Floor<D>,
    ) -> Result<usize> {
        let framing = floor.dialect.framing();
        let mut used = 0;
        if self.stage == Stage::Opening {
            let Some(head) = framing.opened(bytes)? else {
                return Ok(0);
            };
            used = head;
            self.opened(floor.dialect);
        }
        // One look at the clock for all that one read brought.
        let mut now = None;
        while let Some(frame) = framing.parse(bytes.get(used..).unwrap_or_default())? {
            used += frame.size;
            self.act(frame, floor, &mut now)?;
        }
        Ok(used)
    }

    fn opened<D: Dialect<State = S>>(&mut self, dialect: &mut D) {
        self.stage = Stage::Entering;
        dialect.greet(&mut self.state, self.outbox.bytes());
    }

    fn act<D: Dialect<State = S>>(
        &mut self,
        frame: Frame<'_>,
        floor: &mut Floor<D>,
        now: &mut Option<Stamp>,
    ) -> Result<()> {
        let out = self.outbox.bytes();
        match frame.purpose {
            Purpose::Message => {}
            Purpose::Ping => {
                floor.dialect.framing().pong(out, frame.payload);
                return Ok(());
            }
            Purpose::Pong => return Ok(()),
            Purpose::Close => return self.closed(frame.payload, floor),
        }
        match floor.dialect.hear(&mut self.state, frame.payload, out)? {
            Heard::Delivery(sent) => {
                let now = *now.get_or_insert_with(|| floor.clock.now());
                if floor.dialect.has_reports() {
                    (floor.reports).heard(floor.index, &mut self.unreported, now);
                }
                if self.attention == Attention::Reads {
                    floor.tally.delivered(now.since(sent), frame.size);
                }
            }
            Heard::Receipt => {
                floor.tally.receipts += 1;
                if self.window > 0 && floor.tally.is_talking {
                    let now = floor.clock.now();
                    floor
                        .dialect
                        .speak(&mut self.state, now, self.outbox.bytes());
                }
            }
            Heard::Entered if self.stage == Stage::Entering => {
                self.stage = Stage::In;
                floor.tally.entered += 1;
            }
            Heard::Entered | Heard::Else => {}
            Heard::Ended => self.stage = Stage::Leaving,
        }
        Ok(())
    }

    /// The server closes the WebSocket.
    fn closed<D: Dialect<State = S>>(
        &mut self,
        payload: &[u8],
        floor: &mut Floor<D>,
    ) -> Result<()> {
        let code = payload.first_chunk::<2>().map(|c| u16::from_be_bytes(*c));
        if self.attention != Attention::Reads && code == Some(STALLED) {
            floor.tally.cut_off += 1;
        } else if self.stage != Stage::Leaving {
            let reason = String::from_utf8_lossy(payload.get(2..).unwrap_or_default());
            bail!("the server closed a member's connection: {code:?} {reason}");
        }
        self.stage = Stage::Leaving;
        floor.dialect.framing().close(self.outbox.bytes());
        Ok(())
    }

    /// Writes what waits.
    pub(crate) fn flush(&mut self) -> Result<()> {
        if matches!(self.stage, Stage::Connecting | Stage::Gone) {
            return Ok(());
        }
        match self.outbox.flush(&mut self.link) {
            Err(_) if self.stage == Stage::Leaving => Ok(()),
            flushed => flushed.context("cannot write"),
        }
    }
}

/// The time by which a crowd has to have done what it is asked.
pub(crate) const PATIENCE: Duration = Duration::from_secs(120);
