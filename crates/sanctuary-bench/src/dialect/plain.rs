//! The least that does the same: a byte of kind, and what belongs to it.
//!
//! The raw broadcaster and the Node server speak this, each in its framing. Messages are as long
//! as the frames of Sanctuary that carry as much, so that the same number of bytes is delivered.

use anyhow::{Context, Result, bail};

use super::{Dialect, Heard, Seat};
use crate::clock::Stamp;
use crate::framing::Framing;

/// Bytes that a `MessageRelayed` of Sanctuary has around its payload: type, seq, epoch, length.
const ENVELOPE: usize = 1 + 8 + 8 + 2;

/// Length in bytes of a receipt: that of an `Ack` of Sanctuary.
pub(crate) const RECEIPT_LEN: usize = 1 + 8 + 8;

/// The first byte of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Kind {
    /// From a member: let me into the room whose number follows. From the server: you are in.
    Join = 1,
    /// For the room.
    Message = 2,
    /// The server took a message.
    Receipt = 3,
}

impl Kind {
    /// The kind of a message.
    pub(crate) fn of(message: &[u8]) -> Option<Self> {
        match message.first()? {
            1 => Some(Self::Join),
            2 => Some(Self::Message),
            3 => Some(Self::Receipt),
            _ => None,
        }
    }
}

/// How to talk to a server that does nothing else.
#[derive(Debug)]
pub(crate) struct Plain {
    framing: Framing,
    /// What follows kind and stamp in a message.
    filling: Vec<u8>,
}

impl Plain {
    /// Messages that carry `size` bytes.
    pub(crate) fn new(framing: Framing, size: usize) -> Self {
        let filling = (size + ENVELOPE).saturating_sub(1 + Stamp::LEN);
        Self {
            framing,
            filling: vec![b'x'; filling],
        }
    }
}

impl Dialect for Plain {
    type State = Seat;

    fn framing(&self) -> Framing {
        self.framing
    }

    fn path(&self) -> &'static str {
        "/"
    }

    fn arrive(&mut self, seat: Seat) -> Seat {
        seat
    }

    fn greet(&mut self, seat: &mut Seat, out: &mut Vec<u8>) {
        let room = u32::try_from(seat.room).unwrap_or(u32::MAX);
        self.framing.message(out, 5, |out| {
            out.push(Kind::Join as u8);
            out.extend_from_slice(&room.to_be_bytes());
        });
    }

    fn hear(&mut self, _: &mut Seat, said: &[u8], _: &mut Vec<u8>) -> Result<Heard> {
        Ok(match Kind::of(said) {
            Some(Kind::Join) => Heard::Entered,
            Some(Kind::Receipt) => Heard::Receipt,
            Some(Kind::Message) => {
                let stamp = said.get(1..).and_then(<[u8]>::first_chunk);
                let stamp = stamp.context("the server cut a message")?;
                Heard::Delivery(Stamp(u64::from_be_bytes(*stamp)))
            }
            None => bail!("the server sends what nobody said"),
        })
    }

    fn speak(&mut self, _: &mut Seat, now: Stamp, out: &mut Vec<u8>) {
        let len = 1 + Stamp::LEN + self.filling.len();
        self.framing.message(out, len, |out| {
            out.push(Kind::Message as u8);
            out.extend_from_slice(&now.0.to_be_bytes());
            out.extend_from_slice(&self.filling);
        });
    }

    fn leave(&mut self, _: &mut Seat, _: &mut Vec<u8>) -> bool {
        false
    }
}
