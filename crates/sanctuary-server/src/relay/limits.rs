//! How much the relay takes and keeps (PROTOCOL.md, section 12).

use std::num::NonZeroUsize;
use std::thread::available_parallelism;
use std::time::Duration;

use sanctuary_wire::limits::{MAX_FRAME, MAX_LIFETIME_S, MAX_MEMBERS, MIN_LIFETIME_S};

/// How much the relay takes and keeps. `Default` gives the values of PROTOCOL.md, section 12.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Largest frame in bytes that a client may send. Default 1 MiB.
    pub max_frame: u32,
    /// Sessions that a room may have, those away included. Default 100.
    pub max_members: u16,
    /// Rooms that the relay may have at once. Default 10 000: with small rooms some 100 MB, and far
    /// beyond what one machine's network carries if they are busy.
    pub max_rooms: usize,
    /// Longest lifetime of a room. Default, and most: 3600 s. Whole seconds count.
    pub max_lifetime: Duration,
    /// How long a session without a connection is kept. Default 30 s.
    pub session_grace: Duration,
    /// How long a lease lasts. Default 10 s.
    pub lease: Duration,
    /// How long relayed frames are kept for members who come back. Zero turns replay off. Default 60 s.
    pub replay_window: Duration,
    /// How many bytes of relayed frames a room keeps for members who come back. Zero turns replay
    /// off. Default 4 MiB.
    pub replay_bytes: usize,
    /// Time that a connection has to create, join or resume. Default 600 s: somebody has to type a
    /// password, and may have to look for it.
    pub idle_timeout: Duration,
    /// Bytes that may wait for one reader before it is cut off. Default 4 MiB.
    pub queue_bytes: usize,
    /// How long a connection may be silent before the relay pings it; silent as long again, it
    /// counts as lost. Default 20 s: below the minute or so after which proxies and the address
    /// translation of mobile networks forget a connection.
    pub heartbeat: Duration,
    /// Threads that serve rooms. Default: one for each core.
    pub shards: NonZeroUsize,
}

impl Limits {
    /// Shortest lifetime of a room (fixed by the protocol).
    pub const MIN_LIFETIME: Duration = Duration::from_secs(MIN_LIFETIME_S as u64);

    /// The longest lifetime in whole seconds, never above the protocol's.
    pub(crate) fn max_lifetime_s(&self) -> u32 {
        u32::try_from(self.max_lifetime.as_secs())
            .unwrap_or(MAX_LIFETIME_S)
            .min(MAX_LIFETIME_S)
    }

    /// Whether relayed frames are kept at all.
    pub(crate) fn replays(&self) -> bool {
        !self.replay_window.is_zero() && self.replay_bytes > 0
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            max_frame: MAX_FRAME,
            max_members: MAX_MEMBERS,
            max_rooms: 10_000,
            max_lifetime: Duration::from_secs(u64::from(MAX_LIFETIME_S)),
            session_grace: Duration::from_secs(30),
            lease: Duration::from_secs(10),
            replay_window: Duration::from_secs(60),
            replay_bytes: 4 << 20,
            idle_timeout: Duration::from_secs(600),
            queue_bytes: 4 << 20,
            heartbeat: Duration::from_secs(20),
            shards: available_parallelism().unwrap_or(NonZeroUsize::MIN),
        }
    }
}
