//! When members tell the server what they have, as real clients do (PROTOCOL.md, section 5.7): a
//! little after the last message, and not too long after the first.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::time::Duration;

use crate::clock::Stamp;

/// Silence after which a member reports.
const PAUSE: Duration = Duration::from_millis(150);

/// The longest that a message waits to be reported.
const LONGEST: Duration = Duration::from_secs(2);

/// What one member has not reported yet.
#[derive(Clone, Copy, Debug)]
pub(super) struct Unreported {
    first: Stamp,
    last: Stamp,
}

impl Unreported {
    fn due(self) -> Stamp {
        self.last.plus(PAUSE).min(self.first.plus(LONGEST))
    }
}

/// Who has something to report, and when to look at it again. Each member stands here once at most.
#[derive(Debug, Default)]
pub(super) struct Reports(BinaryHeap<Reverse<(Stamp, usize)>>);

impl Reports {
    /// Takes note of a message that a member got.
    pub(super) fn heard(&mut self, index: usize, unreported: &mut Option<Unreported>, now: Stamp) {
        if let Some(unreported) = unreported {
            unreported.last = now;
        } else {
            let new = Unreported {
                first: now,
                last: now,
            };
            self.0.push(Reverse((new.due(), index)));
            *unreported = Some(new);
        }
    }

    /// A member to look at now.
    pub(super) fn next(&mut self, now: Stamp) -> Option<usize> {
        let Reverse((at, _)) = self.0.peek()?;
        if *at > now {
            return None;
        }
        self.0.pop().map(|Reverse((_, index))| index)
    }

    /// Whether the member that was looked at reports now. If not, it is looked at again.
    pub(super) fn is_due(
        &mut self,
        index: usize,
        unreported: &mut Option<Unreported>,
        now: Stamp,
    ) -> bool {
        match *unreported {
            Some(waiting) if waiting.due() > now => {
                self.0.push(Reverse((waiting.due(), index)));
                false
            }
            _ => unreported.take().is_some(),
        }
    }

    /// Nobody is there any more.
    pub(super) fn clear(&mut self) {
        self.0.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(millis: u64) -> Stamp {
        Stamp(millis * 1_000_000)
    }

    #[test]
    fn a_member_reports_when_it_is_silent_and_at_the_latest_after_two_seconds() {
        let (mut reports, mut member) = (Reports::default(), None);
        reports.heard(7, &mut member, at(0));
        reports.heard(7, &mut member, at(100));
        assert_eq!(reports.next(at(149)), None);
        assert_eq!(reports.next(at(150)), Some(7));
        assert!(!reports.is_due(7, &mut member, at(150)));
        assert_eq!(reports.next(at(250)), Some(7));
        assert!(reports.is_due(7, &mut member, at(250)));
        assert_eq!(reports.next(at(9999)), None);
        for n in 10..30 {
            reports.heard(7, &mut member, at(100 * n));
        }
        assert_eq!(reports.next(at(2999)), Some(7));
        assert!(!reports.is_due(7, &mut member, at(2999)));
        assert_eq!(reports.next(at(3000)), Some(7));
        assert!(reports.is_due(7, &mut member, at(3000)));
    }
}
