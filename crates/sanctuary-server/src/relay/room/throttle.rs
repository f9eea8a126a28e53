//! Slowing down of wrong passwords (PROTOCOL.md, section 5.2).
//!
//! It counts per room and not per address: many people share an address (Tor), and who attacks has
//! many. The members inside are never affected.

use std::time::Duration;

use tokio::time::Instant;

/// Longest wait after a wrong attempt. More would let an attacker keep friends out for longer than
/// they are patient; this much leaves it 60 guesses an hour.
const LONGEST_WAIT: Duration = Duration::from_secs(60);

/// After this long without a wrong attempt, one is forgiven.
const FORGIVEN_AFTER: Duration = Duration::from_secs(60);

/// The wrong attempts at one room.
#[derive(Debug, Default)]
pub(super) struct Throttle {
    /// Wrong attempts in a row, as of the last one.
    strikes: u32,
    last: Option<Instant>,
    /// All wrong attempts in the room's life.
    total: u32,
}

impl Throttle {
    /// How long no attempt is looked at, if so.
    pub(super) fn wait(&self, now: Instant) -> Option<Duration> {
        let until = self.last? + wait_after(self.strikes);
        until
            .checked_duration_since(now)
            .filter(|wait| !wait.is_zero())
    }

    /// Counts a wrong attempt.
    pub(super) fn wrong(&mut self, now: Instant) {
        let forgiven = self.last.map_or(0, |last| {
            now.duration_since(last).as_secs() / FORGIVEN_AFTER.as_secs()
        });
        let forgiven = u32::try_from(forgiven).unwrap_or(u32::MAX);
        self.strikes = self.strikes.saturating_sub(forgiven).saturating_add(1);
        self.last = Some(now);
        self.total = self.total.saturating_add(1);
    }

    /// Somebody knew the password: the row of wrong attempts ends.
    pub(super) fn right(&mut self) {
        self.strikes = 0;
        self.last = None;
    }

    /// All wrong attempts so far.
    pub(super) fn total(&self) -> u32 {
        self.total
    }
}

fn wait_after(strikes: u32) -> Duration {
    let Some(doublings) = strikes.checked_sub(1) else {
        return Duration::ZERO;
    };
    let seconds = 1_u64.checked_shl(doublings).unwrap_or(u64::MAX);
    Duration::from_secs(seconds).min(LONGEST_WAIT)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seconds(n: u64) -> Duration {
        Duration::from_secs(n)
    }

    #[test]
    fn the_wait_doubles_up_to_a_minute() {
        let mut now = Instant::now();
        let mut throttle = Throttle::default();
        assert_eq!(throttle.wait(now), None);
        for expected in [1, 2, 4, 8, 16, 32, 60] {
            throttle.wrong(now);
            assert_eq!(throttle.wait(now), Some(seconds(expected)));
            now += seconds(expected);
            assert_eq!(throttle.wait(now), None);
        }
        // A minute passed since the last one, so one was forgiven.
        throttle.wrong(now);
        assert_eq!(throttle.wait(now), Some(seconds(60)));
        assert_eq!(throttle.total(), 8);
    }

    #[test]
    fn a_minute_forgives_one_and_the_right_password_all() {
        let start = Instant::now();
        let mut throttle = Throttle::default();
        for i in 0..5 {
            throttle.wrong(start + seconds(20 * i));
        }
        let later = start + seconds(80 + 180);
        throttle.wrong(later);
        assert_eq!(throttle.wait(later), Some(seconds(4)));
        throttle.right();
        assert_eq!(throttle.wait(later), None);
        throttle.wrong(later);
        assert_eq!(throttle.wait(later), Some(seconds(1)));
        assert_eq!(throttle.total(), 7);
    }

    #[test]
    fn no_number_of_attempts_overflows() {
        let mut throttle = Throttle {
            strikes: u32::MAX,
            last: None,
            total: u32::MAX,
        };
        let now = Instant::now();
        throttle.wrong(now);
        assert_eq!(throttle.wait(now), Some(LONGEST_WAIT));
        assert_eq!(throttle.total(), u32::MAX);
    }
}
