//! When to tell the relay how far this client is (PROTOCOL.md, section 5.7).

use std::time::Duration;

use tokio::time::Instant;

/// So long after the last message: what comes in one go is reported in one go.
const QUIET: Duration = Duration::from_millis(150);

/// So long after the first message that was not reported, however many follow.
const AT_MOST: Duration = Duration::from_secs(2);

/// The time of the next report.
#[derive(Default)]
pub(crate) struct Receipts {
    /// When to report if nothing more comes, and when in any case.
    due: Option<(Instant, Instant)>,
}

impl Receipts {
    /// A message of somebody else was dealt with.
    pub(crate) fn add(&mut self, now: Instant) {
        let at_most = self.due.map_or(now + AT_MOST, |(_, at_most)| at_most);
        self.due = Some((now + QUIET, at_most));
    }

    /// When a report is due.
    pub(crate) fn at(&self) -> Option<Instant> {
        self.due.map(|(quiet, at_most)| quiet.min(at_most))
    }

    /// Whether a report is due now; it counts as made.
    pub(crate) fn take(&mut self, now: Instant) -> bool {
        let is_due = self.at().is_some_and(|at| at <= now);
        if is_due {
            self.due = None;
        }
        is_due
    }

    /// Nothing is to be reported on this connection any more.
    pub(crate) fn stop(&mut self) {
        self.due = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STEP: Duration = Duration::from_millis(100);

    #[test]
    fn a_burst_is_reported_once_when_it_is_over() {
        let (mut receipts, mut now) = (Receipts::default(), Instant::now());
        for _ in 0..5 {
            receipts.add(now);
            assert!(!receipts.take(now + STEP));
            now += STEP;
        }
        assert!(receipts.take(now + QUIET - STEP));
        assert_eq!(receipts.at(), None);
    }

    #[test]
    fn a_stream_that_never_pauses_is_reported_all_the_same() {
        let (mut receipts, start) = (Receipts::default(), Instant::now());
        for n in 0..20 {
            receipts.add(start + n * STEP);
        }
        assert_eq!(receipts.at(), Some(start + AT_MOST));
    }
}
