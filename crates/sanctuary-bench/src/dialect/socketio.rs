//! Socket.IO 5 over Engine.IO 4, as much of it as a room with messages takes.
//!
//! Engine.IO puts a digit before each WebSocket text (0 open, 2 ping, 3 pong, 4 message), Socket.IO
//! another one (0 connect, 2 event, 3 acknowledgement), and the rest is JSON. Acknowledgements are
//! asked for by a number between digits and JSON.

use std::str;

use anyhow::{Context, Result, bail};

use super::{Dialect, Heard, Seat};
use crate::clock::Stamp;
use crate::framing::Framing;

/// What stands before the message in the event that the server sends to a room.
const EVENT: &str = "42[\"message\",\"";

/// Digits of a stamp in hexadecimal.
const STAMP_DIGITS: usize = 2 * Stamp::LEN;

/// How to talk to a Socket.IO server.
#[derive(Debug)]
pub(crate) struct SocketIo {
    filling: String,
}

impl SocketIo {
    /// Messages that carry `size` bytes of text.
    pub(crate) fn new(size: usize) -> Self {
        Self {
            filling: "x".repeat(size.saturating_sub(STAMP_DIGITS)),
        }
    }
}

fn say(out: &mut Vec<u8>, text: &str) {
    Framing::Text.message(out, text.len(), |out| {
        out.extend_from_slice(text.as_bytes());
    });
}

impl Dialect for SocketIo {
    type State = Seat;

    fn framing(&self) -> Framing {
        Framing::Text
    }

    fn path(&self) -> &'static str {
        "/socket.io/?EIO=4&transport=websocket"
    }

    fn arrive(&mut self, seat: Seat) -> Seat {
        seat
    }

    fn greet(&mut self, _: &mut Seat, _: &mut Vec<u8>) {}

    fn hear(&mut self, seat: &mut Seat, said: &[u8], out: &mut Vec<u8>) -> Result<Heard> {
        let text = str::from_utf8(said).context("the server sends what is not UTF-8")?;
        if let Some(message) = text.strip_prefix(EVENT) {
            let digits = message.get(..STAMP_DIGITS).unwrap_or_default();
            let stamp = u64::from_str_radix(digits, 16).context("the server cut a message")?;
            return Ok(Heard::Delivery(Stamp(stamp)));
        }
        Ok(match text.as_bytes() {
            [b'0', ..] => {
                say(out, "40");
                Heard::Else
            }
            [b'2'] => {
                say(out, "3");
                Heard::Else
            }
            [b'4', b'0', ..] => {
                say(out, &format!("421[\"join\",\"{}\"]", seat.room));
                Heard::Else
            }
            [b'4', b'3', b'1', ..] => Heard::Entered,
            [b'4', b'3', ..] => Heard::Receipt,
            _ => bail!("the server says what is not expected of it: {text:.40}"),
        })
    }

    fn speak(&mut self, _: &mut Seat, now: Stamp, out: &mut Vec<u8>) {
        let text = format!("422[\"message\",\"{:016x}{}\"]", now.0, self.filling);
        say(out, &text);
    }

    fn leave(&mut self, _: &mut Seat, _: &mut Vec<u8>) -> bool {
        false
    }
}
