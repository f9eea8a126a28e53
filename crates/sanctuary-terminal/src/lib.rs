//! A member of a room without a browser: the session of the terminal client, free of any user
//! interface.
//!
//! [`Client::create`] and [`Client::join`] go through the door; after that the client keeps itself
//! in the room as docs/PROTOCOL.md wants it: it applies commits, removes those who are gone when it
//! is its turn, sends again what a lost connection swallowed, and comes back by itself. What
//! happens is told by [`Event`]s.
//!
//! Structure: `line` is the WebSocket and reconnects; `Room` is the whole state, without input or
//! output; `Client` is the handle, whose task carries frames between the two and keeps the timers.
//!
//! Invariants:
//! - Everything secret lives in memory only, and is wiped at the end of the room.
//! - Nothing here prints, and no error or `Debug` shows a name, a message, a secret or a room id.

mod attachment;
mod client;
mod commits;
mod connection;
mod cover;
mod deliveries;
mod entrance;
mod event;
mod heard;
mod keyring;
mod line;
mod numbers;
mod outbox;
mod people;
mod receipts;
mod retry;
mod room;
mod texts;

pub use client::{Client, RoomState, TextOptions};
pub use connection::ConnectionError;
pub use entrance::{CreateWish, EntranceError, JoinWish};
pub use event::{Delivery, Ended, Event};
pub use people::Person;
pub use room::SayError;
pub use sanctuary_e2ee::{Emoji, Identity, MessageRef, TextId};
