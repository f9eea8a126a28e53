//! What the members of a room say to a server and hear from it, for each kind of server measured.
//!
//! Every dialect does the same with its server: a member gets into its room, sends messages of a
//! given size that carry the moment they were sent, is told of each that the server took it, and
//! gets those of the others.

mod plain;
mod sanctuary;
mod socketio;

use anyhow::Result;

use crate::clock::Stamp;
use crate::framing::Framing;

pub(crate) use plain::{Kind, Plain, RECEIPT_LEN};
pub(crate) use sanctuary::{Sanctuary, Sizes};
pub(crate) use socketio::SocketIo;

/// Where a member sits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Seat {
    /// The room, counted from 0.
    pub(crate) room: usize,
    /// The place in it; whoever has place 0 opens the room and is in before the others come.
    pub(crate) place: usize,
}

/// What a frame of the server means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Heard {
    /// The member is in its room.
    Entered,
    /// Another member's message, sent at that moment.
    Delivery(Stamp),
    /// The server took the member's message.
    Receipt,
    /// The server ends the session; the connection is to be closed.
    Ended,
    /// Nothing that matters here.
    Else,
}

/// How to talk to one kind of server.
pub(crate) trait Dialect {
    /// What is remembered of each member.
    type State;

    /// How its messages are told apart.
    fn framing(&self) -> Framing;

    /// The path of the request that a connection is opened with.
    fn path(&self) -> &'static str;

    /// A new member.
    fn arrive(&mut self, seat: Seat) -> Self::State;

    /// What it says as soon as its connection is open.
    fn greet(&mut self, state: &mut Self::State, out: &mut Vec<u8>);

    /// Takes a message of the server, and answers it.
    fn hear(&mut self, state: &mut Self::State, said: &[u8], out: &mut Vec<u8>) -> Result<Heard>;

    /// Sends a message to the room.
    fn speak(&mut self, state: &mut Self::State, now: Stamp, out: &mut Vec<u8>);

    /// Whether members report what they have.
    fn has_reports(&self) -> bool {
        false
    }

    /// Reports that the member has everything it heard. Only where [`Self::has_reports`].
    fn report(&mut self, _state: &mut Self::State, _out: &mut Vec<u8>) {}

    /// Says that it leaves for good. `false` if that is said by hanging up.
    fn leave(&mut self, state: &mut Self::State, out: &mut Vec<u8>) -> bool;
}
