//! The time that is written into messages and read when they arrive.
//!
//! Sender and receiver are one process, so one monotonic clock serves both and latencies need no
//! synchronisation.

use std::time::{Duration, Instant};

/// A moment, in nanoseconds since the clock was started.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Stamp(pub(crate) u64);

impl Stamp {
    /// How many bytes a stamp takes in a message.
    pub(crate) const LEN: usize = 8;

    /// The time from `earlier` to this moment; zero if that is not before it.
    pub(crate) fn since(self, earlier: Self) -> Duration {
        Duration::from_nanos(self.0.saturating_sub(earlier.0))
    }

    /// This moment, and then some.
    pub(crate) fn plus(self, duration: Duration) -> Self {
        Self(self.0.saturating_add(nanos(duration)))
    }
}

/// A monotonic clock.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Clock(Instant);

impl Clock {
    /// A clock that starts now.
    pub(crate) fn start() -> Self {
        Self(Instant::now())
    }

    /// The present moment.
    pub(crate) fn now(&self) -> Stamp {
        Stamp(nanos(self.0.elapsed()))
    }
}

fn nanos(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}
