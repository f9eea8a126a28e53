//! When to connect again, and when to give up.
//!
//! Waits are exponential with full jitter, so that the members of a relay that restarts do not come back in one wave. A
//! connection that stands says little: only one that has held for a while makes waits short again, so that a relay which
//! greets and hangs up is not asked in a tight loop. Faults, unlike losses, do not pass by trying on.

use std::time::Duration;

use crate::{connection::ConnectionError, event::Ended};

/// Upper bound of the first wait; it doubles with each.
const FIRST_WAIT: Duration = Duration::from_millis(250);

/// The longest wait between two attempts: well below the relay's default grace of 60 s.
const LONGEST_WAIT: Duration = Duration::from_secs(4);

/// A connection that has held so long is a good one: waits start short again, faults are forgiven.
pub(crate) const STABLE: Duration = Duration::from_secs(10);

/// So many faults with no good connection in between end the room for this client: trying on would never help.
const MAX_FAULTS: u32 = 3;

/// The waits between attempts.
pub(crate) struct Retry {
    /// Gives numbers from 0 up to but not including 1.
    random: fn() -> f64,
    bound: Duration,
    faults: u32,
}

impl Retry {
    pub(crate) const fn new(random: fn() -> f64) -> Self {
        Self {
            random,
            bound: FIRST_WAIT,
            faults: 0,
        }
    }

    /// A connection stood for so long.
    pub(crate) fn stood(&mut self, time: Duration) {
        if time >= STABLE {
            *self = Self::new(self.random);
        }
    }

    /// A connection was lost, or none came about: how long to wait before the next attempt, or why there is none.
    pub(crate) fn next(&mut self, why: ConnectionError) -> Result<Duration, Ended> {
        match why {
            ConnectionError::Version => return Err(Ended::RelayStopped),
            ConnectionError::NotARelay | ConnectionError::NotUnderstood => self.faults += 1,
            ConnectionError::Unreachable | ConnectionError::Lost => {}
        }
        if self.faults >= MAX_FAULTS {
            return Err(Ended::Tampered);
        }
        let wait = self.bound.mul_f64((self.random)());
        self.bound = (self.bound * 2).min(LONGEST_WAIT);
        Ok(wait)
    }
}

/// A number from 0 up to but not including 1. A system that has none to give makes waits long.
pub(crate) fn random() -> f64 {
    let number = getrandom::u32().unwrap_or(u32::MAX);
    f64::from(number) / (f64::from(u32::MAX) + 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn waits(retry: &mut Retry, count: usize) -> Vec<u128> {
        let next = |_| retry.next(ConnectionError::Lost).unwrap().as_millis();
        (0..count).map(next).collect()
    }

    #[test]
    fn waits_double_up_to_a_bound_and_are_any_part_of_it() {
        for (random, expected) in [
            ((|| 0.0) as fn() -> f64, [0; 7]),
            (|| 0.5, [125, 250, 500, 1000, 2000, 2000, 2000]),
            (|| 0.999, [249, 499, 999, 1998, 3996, 3996, 3996]),
        ] {
            assert_eq!(waits(&mut Retry::new(random), 7), expected);
        }
        for _ in 0..100 {
            assert!((0.0..1.0).contains(&random()));
        }
        assert_ne!(random().to_bits(), random().to_bits());
    }

    #[test]
    fn only_a_connection_that_has_held_makes_them_short_again() {
        let mut retry = Retry::new(|| 0.5);
        waits(&mut retry, 5);
        retry.stood(STABLE.saturating_sub(Duration::from_millis(1)));
        assert_eq!(waits(&mut retry, 1), [2000]);
        retry.stood(STABLE);
        assert_eq!(waits(&mut retry, 2), [125, 250]);
    }

    #[test]
    fn faults_end_it_unless_a_good_connection_came_in_between() {
        use ConnectionError::{Lost, NotARelay, NotUnderstood, Unreachable, Version};
        let outcome = |whys: &[ConnectionError]| {
            let mut retry = Retry::new(|| 0.5);
            whys.iter().find_map(|why| retry.next(*why).err())
        };
        assert_eq!(outcome(&[Lost, Unreachable].repeat(50)), None);
        assert_eq!(outcome(&[NotUnderstood, Lost, NotARelay]), None);
        let thrice = [NotUnderstood, Lost, NotARelay, Unreachable, NotUnderstood];
        assert_eq!(outcome(&thrice), Some(Ended::Tampered));
        assert_eq!(outcome(&[Version]), Some(Ended::RelayStopped));
        let mut retry = Retry::new(|| 0.5);
        for _ in 0..10 {
            assert!(retry.next(NotUnderstood).is_ok());
            retry.stood(STABLE);
        }
    }
}
