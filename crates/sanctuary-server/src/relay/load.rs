//! How much work newcomers have to show (PROTOCOL.md, section 5.8).
//!
//! Each attempt that the relay has looked at weighs on it for a while: one at joining once, one at making a room four times,
//! since a room takes memory for an hour. The weight halves every ten seconds. As long as it is below what the relay bears
//! easily, nobody is asked for anything; each doubling beyond is one level. An attempt that is not looked at, because no work
//! was shown, weighs nothing: whoever only knocks makes it harder for nobody.
//!
//! Invariant: one number and one time are kept, and nothing about anybody.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// In this time what an attempt weighs halves. So after a flood the level falls by one in that time.
const HALF_LIFE: Duration = Duration::from_secs(10);

/// What attempts of a steady rate of one per second sum up to: [`HALF_LIFE`] in seconds, over the natural logarithm of 2.
const SUM_OF_ONE_PER_SECOND: f64 = 14.427;

/// The highest level.
pub(super) const TOP_LEVEL: u8 = 8;

/// Zero bits of each hash on the first level; one more on each further one. With eight parts that is 65 536
/// hashes (SECURITY.md has the times that they take).
const FIRST_BITS: u8 = 13;

/// What somebody wants to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Attempt {
    /// Make a room.
    Create,
    /// Join one.
    Join,
}

impl Attempt {
    fn weight(self) -> f64 {
        match self {
            Self::Create => 4.0,
            Self::Join => 1.0,
        }
    }
}

/// What newcomers weigh on the relay.
#[derive(Debug)]
pub(super) struct Load {
    /// Weight up to which nothing is asked; infinite for never.
    easy: f64,
    state: Mutex<State>,
}

#[derive(Clone, Copy, Debug)]
struct State {
    weight: f64,
    at: Option<Instant>,
}

impl Load {
    /// For a relay that easily bears so many joins per second; 0 for any number.
    pub(super) fn new(easy_joins: u32) -> Self {
        let easy = match easy_joins {
            0 => f64::INFINITY,
            joins => f64::from(joins) * SUM_OF_ONE_PER_SECOND,
        };
        let state = State {
            weight: 0.0,
            at: None,
        };
        Self {
            easy,
            state: Mutex::new(state),
        }
    }

    /// How many bits have to be shown for an attempt; `None` for nothing. `taken` is the share of what it would take one
    /// more of, rooms or connections: the fewer are left, the more one costs, however slowly they are taken.
    pub(super) fn demand(&self, taken: f64, now: Instant) -> Option<u8> {
        if self.easy.is_infinite() {
            return None;
        }
        let weight = self.state().decayed(now).weight;
        let level = level(weight / self.easy).max(scarcity(taken));
        level.checked_sub(1).map(|above| FIRST_BITS + above)
    }

    /// Takes note of an attempt that is looked at.
    pub(super) fn count(&self, attempt: Attempt, now: Instant) {
        let mut state = self.state();
        *state = state.decayed(now);
        state.weight += attempt.weight();
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn decayed(self, now: Instant) -> Self {
        let passed = self.at.map_or(Duration::ZERO, |at| now.duration_since(at));
        let halvings = passed.as_secs_f64() / HALF_LIFE.as_secs_f64();
        Self {
            weight: self.weight * (-halvings).exp2(),
            at: Some(now),
        }
    }
}

/// 0 up to once of what is easy, and one more for each doubling.
fn level(times: f64) -> u8 {
    (0..TOP_LEVEL)
        .take_while(|level| times > f64::from(1_u32 << level))
        .count()
        .try_into()
        .unwrap_or(TOP_LEVEL)
}

/// 0 up to half, and one more for each half of the rest that is taken.
fn scarcity(taken: f64) -> u8 {
    if taken < 0.5 {
        return 0;
    }
    level(1.0 / (1.0 - taken).max(f64::EPSILON)).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at_rate(load: &Load, attempt: Attempt, per_second: u32, seconds: u32, now: &mut Instant) {
        for _ in 0..per_second * seconds {
            *now += Duration::from_secs(1) / per_second;
            load.count(attempt, *now);
        }
    }

    #[test]
    fn at_an_easy_rate_nothing_is_asked() {
        let (load, mut now) = (Load::new(30), Instant::now());
        at_rate(&load, Attempt::Join, 29, 120, &mut now);
        assert_eq!(load.demand(0.0, now), None);
        // A hundred people who come all at once to a meeting, on top.
        let load = Load::new(30);
        for _ in 0..400 {
            load.count(Attempt::Join, now);
        }
        assert_eq!(load.demand(0.0, now), None);
    }

    #[test]
    fn each_doubling_is_a_level_and_each_ten_seconds_of_quiet_take_one_back() {
        let (load, mut now) = (Load::new(30), Instant::now());
        at_rate(&load, Attempt::Join, 150, 120, &mut now);
        assert_eq!(load.demand(0.0, now), Some(FIRST_BITS + 2));
        for expected in [Some(FIRST_BITS + 1), Some(FIRST_BITS), None] {
            now += HALF_LIFE;
            assert_eq!(load.demand(0.0, now), expected);
        }
    }

    #[test]
    fn a_room_weighs_as_much_as_four_joins_and_there_is_a_top() {
        let (load, mut now) = (Load::new(30), Instant::now());
        at_rate(&load, Attempt::Create, 10, 120, &mut now);
        assert_eq!(load.demand(0.0, now), Some(FIRST_BITS));
        for _ in 0..1_000_000 {
            load.count(Attempt::Create, now);
        }
        let top = FIRST_BITS + TOP_LEVEL - 1;
        assert_eq!(load.demand(0.0, now), Some(top));
    }

    #[test]
    fn the_fewer_are_left_the_more_one_costs() {
        let (load, now) = (Load::new(30), Instant::now());
        for (taken, level) in [(0.5, 1), (0.76, 3), (0.9, 4), (1.0, TOP_LEVEL)] {
            let demand = load.demand(taken, now);
            assert_eq!(demand, Some(FIRST_BITS + level - 1), "{taken}");
        }
        assert_eq!(load.demand(0.49, now), None);
    }

    #[test]
    fn zero_is_never() {
        let (load, now) = (Load::new(0), Instant::now());
        for _ in 0..10_000 {
            load.count(Attempt::Create, now);
        }
        assert_eq!(load.demand(1.0, now), None);
    }
}
