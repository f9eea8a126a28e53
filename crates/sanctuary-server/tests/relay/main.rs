//! The relay against its promises: real frames over a real WebSocket, most of them on a held clock.

// What fails in a helper fails the test, as it should.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod admission;
mod codec;
mod commits;
mod deliveries;
mod endings;
mod limits;
mod lobby;
mod messages;
mod races;
mod sessions;
mod shards;
mod slow_readers;
mod support;
mod timing;
mod work;
