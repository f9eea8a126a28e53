//! How fast one connection may send (PROTOCOL.md, section 12).
//!
//! An allowance of frames and of bytes is spent as they come and grows back with time. Whoever has spent it
//! is not read for as long as that takes: the kernel then holds its bytes, and the peer has to wait. Nobody else waits
//! with it.
//!
//! Invariant: as long as there is something left, no clock is looked at; so a connection that holds to the pace costs
//! two subtractions and two comparisons for each read.

use std::time::Duration;

use tokio::time::Instant;

use crate::relay::limits::Limits;

/// How many seconds' worth may come at once; after a rest as much again, since no clock is looked at before the first is
/// spent. A client that was away sends what waited in one go, and somebody who pastes
/// line after line is no flood.
pub(in crate::relay) const BURST_S: u32 = 5;

/// Beyond this many seconds' worth of debt a connection is closed. What comes in one read can be this much only if it
/// is made of frames of a few bytes each, thousands at a time.
const FLOOD_S: i64 = 10;

/// What comes of an allowance that is spent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// Time has made up for it.
    GoOn,
    /// Do not read before then.
    Wait(Instant),
    /// This is no conversation.
    Flood,
}

/// What one connection may still send.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pace {
    frames: i64,
    bytes: i64,
    /// When the allowance last grew.
    grown: Instant,
}

impl Pace {
    /// A full allowance.
    pub(super) fn new(limits: &Limits, now: Instant) -> Self {
        Self {
            frames: most(limits.frame_rate),
            bytes: most(limits.byte_rate),
            grown: now,
        }
    }

    /// Counts frames, each fragment of a message as one.
    pub(super) fn count_frames(&mut self, frames: u32) {
        self.frames = self.frames.saturating_sub(frames.into());
    }

    /// Counts the bytes of an answer that is much longer than its question, as if they had been sent.
    pub(super) fn count_answer(&mut self, bytes: usize) {
        let bytes = i64::try_from(bytes).unwrap_or(i64::MAX);
        self.bytes = self.bytes.saturating_sub(bytes);
    }

    /// Counts the bytes of a read, and tells whether [`Self::judge`] has to.
    pub(super) fn is_spent_by(&mut self, bytes: usize) -> bool {
        self.count_answer(bytes);
        self.frames < 0 || self.bytes < 0
    }

    /// Adds what has grown, and judges by what is there then.
    pub(super) fn judge(&mut self, limits: &Limits, now: Instant) -> Verdict {
        let passed = now.duration_since(self.grown);
        self.grown = now;
        grow(&mut self.frames, limits.frame_rate, passed);
        grow(&mut self.bytes, limits.byte_rate, passed);
        let flood = i64::from(limits.frame_rate).saturating_mul(-FLOOD_S);
        if self.frames < flood {
            return Verdict::Flood;
        }
        let wait = until_grown(self.frames, limits.frame_rate)
            .max(until_grown(self.bytes, limits.byte_rate));
        if wait.is_zero() {
            Verdict::GoOn
        } else {
            Verdict::Wait(now + wait)
        }
    }
}

/// The whole of an allowance. A rate of 0 is none.
fn most(rate: u32) -> i64 {
    match rate {
        0 => i64::MAX,
        rate => i64::from(rate) * i64::from(BURST_S),
    }
}

fn grow(left: &mut i64, rate: u32, passed: Duration) {
    let grown = u128::from(rate) * passed.as_micros() / 1_000_000;
    let grown = i64::try_from(grown).unwrap_or(i64::MAX);
    *left = left.saturating_add(grown).min(most(rate));
}

/// The time until a debt is made up for.
fn until_grown(left: i64, rate: u32) -> Duration {
    let debt = u64::try_from(left.saturating_neg()).unwrap_or_default();
    let micros = u128::from(debt) * 1_000_000;
    let micros = micros.div_ceil(u128::from(rate.max(1)));
    Duration::from_micros(u64::try_from(micros).unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limits() -> Limits {
        Limits {
            frame_rate: 100,
            byte_rate: 1000,
            ..Limits::default()
        }
    }

    fn spend(pace: &mut Pace, frames: u32, bytes: usize) -> bool {
        pace.count_frames(frames);
        pace.is_spent_by(bytes)
    }

    #[test]
    fn a_burst_is_free_and_what_exceeds_it_waits_as_long_as_it_takes_to_grow() {
        let (limits, now) = (limits(), Instant::now());
        let mut pace = Pace::new(&limits, now);
        assert!(!spend(&mut pace, 500, 5000));
        assert!(spend(&mut pace, 50, 0));
        let wait = Duration::from_millis(500);
        assert_eq!(pace.judge(&limits, now), Verdict::Wait(now + wait));
        assert_eq!(pace.judge(&limits, now + wait), Verdict::GoOn);
        assert!(spend(&mut pace, 0, 1000));
        let then = now + wait;
        let wait = Duration::from_millis(500);
        assert_eq!(pace.judge(&limits, then), Verdict::Wait(then + wait));
    }

    #[test]
    fn whoever_holds_to_the_pace_never_waits() {
        let (limits, mut now) = (limits(), Instant::now());
        let mut pace = Pace::new(&limits, now);
        for _ in 0..1000 {
            now += Duration::from_millis(10);
            if spend(&mut pace, 1, 10) {
                assert_eq!(pace.judge(&limits, now), Verdict::GoOn);
            }
        }
        now += Duration::from_secs(3600);
        spend(&mut pace, 600, 0);
        let _ = pace.judge(&limits, now);
        assert!(spend(&mut pace, 600, 0), "two bursts at most are saved up");
        assert!(matches!(pace.judge(&limits, now), Verdict::Wait(_)));
    }

    #[test]
    fn thousands_of_frames_at_once_are_a_flood_and_any_number_of_bytes_is_none() {
        let (limits, now) = (limits(), Instant::now());
        let mut pace = Pace::new(&limits, now);
        assert!(spend(&mut pace, 500 + 1000, usize::MAX));
        assert!(matches!(pace.judge(&limits, now), Verdict::Wait(_)));
        let mut pace = Pace::new(&limits, now);
        assert!(spend(&mut pace, 500 + 1001, 0));
        assert_eq!(pace.judge(&limits, now), Verdict::Flood);
    }

    #[test]
    fn a_rate_of_zero_is_no_limit() {
        let limits = Limits {
            frame_rate: 0,
            byte_rate: 0,
            ..Limits::default()
        };
        let mut pace = Pace::new(&limits, Instant::now());
        assert!(!spend(&mut pace, 10_000, 1 << 40));
    }
}
