//! How fast the senders talk.

use std::time::Duration;

/// How fast the senders talk.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Pace {
    /// Each has that many messages under way that the server did not acknowledge yet: as fast as the
    /// server can.
    Window(usize),
    /// All together send that many messages a second, evenly and one after the other. Latencies
    /// count from when a message was due.
    Rate(f64),
}

impl Pace {
    /// The time between two messages, for a rate.
    pub(crate) fn interval(self) -> Option<Duration> {
        match self {
            Self::Rate(rate) if rate > 0.0 => Some(Duration::from_secs_f64(1.0 / rate)),
            Self::Rate(_) | Self::Window(_) => None,
        }
    }
}
