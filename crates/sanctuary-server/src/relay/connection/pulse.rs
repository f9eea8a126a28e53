//! Whether a peer is still there. A connection whose other end vanished (no network, battery dead)
//! looks like one that is silent, until it is asked something.

use std::time::Duration;

use tokio::time::Instant;

/// What a beat calls for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Beat {
    /// The peer was heard.
    Alive,
    /// It was not: ping it.
    Ping,
    /// It did not even answer the ping.
    Lost,
}

/// The life signs of one peer. A peer that is heard costs no look at the clock.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pulse {
    interval: Duration,
    next: Instant,
    heard: bool,
    pinged: bool,
}

impl Pulse {
    pub(super) fn new(interval: Duration, now: Instant) -> Self {
        Self {
            interval,
            next: now + interval,
            heard: true,
            pinged: false,
        }
    }

    /// Something came from the peer.
    pub(super) fn hear(&mut self) {
        self.heard = true;
    }

    /// When [`Self::beat`] is due.
    pub(super) fn next(&self) -> Instant {
        self.next
    }

    /// Looks whether the peer was heard since last time.
    pub(super) fn beat(&mut self, now: Instant) -> Beat {
        self.next = now + self.interval;
        if std::mem::take(&mut self.heard) {
            self.pinged = false;
            Beat::Alive
        } else if self.pinged {
            Beat::Lost
        } else {
            self.pinged = true;
            Beat::Ping
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn silence_is_asked_about_once_and_then_taken_for_loss() {
        let now = Instant::now();
        let mut pulse = Pulse::new(Duration::from_secs(20), now);
        assert_eq!(pulse.beat(now), Beat::Alive);
        assert_eq!(pulse.beat(now), Beat::Ping);
        pulse.hear();
        assert_eq!(pulse.beat(now), Beat::Alive);
        assert_eq!(pulse.beat(now), Beat::Ping);
        assert_eq!(pulse.beat(now), Beat::Lost);
    }
}
