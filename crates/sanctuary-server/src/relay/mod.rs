//! The relay inwards of an upgraded connection: it orders frames and copies them, and can read no
//! payload (PROTOCOL.md, sections 3 to 5 and 10).
//!
//! How a frame flows: a connection decodes it out of its shard's read buffer and gives it to its
//! room, a state machine without I/O; the room puts one encoded answer into the queues of everyone
//! it is for; at the end of the turn the flusher writes each queue with one system call. All of that
//! happens on the thread that the room is pinned to, without locks.
//!
//! ```text
//! Relay (handle) ── crossing ──► Shard ─┬─ Connection ── frames ──► Rooms ──► Room
//!                                       ├─ Flusher ◄── Line (outbox) ◄────────┘
//!                                       └─ Clock: expiry, leases, absences, replay window
//! ```
//!
//! Invariants:
//! - Everything is in memory, nothing is logged, and no payload, id or key enters an error.
//! - What has ended is forgotten at once: capsule, group state, replay window and queues with it.
//! - Ended, unknown and never existed cannot be told from each other.

mod clock;
mod connection;
mod directory;
mod encode;
mod flusher;
mod handle;
mod limits;
mod load;
mod memory;
mod room;
mod rooms;
mod shard;
mod shedding;
mod sweeper;

pub use handle::{Relay, StartError};
pub use limits::{Limits, LimitsError};
pub use memory::Gauge;
#[cfg(any(test, feature = "fuzzing"))]
pub(crate) use room::histories::play;
