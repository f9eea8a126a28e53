//! Chance that can be repeated, and the line that racers start from.

use std::hint::spin_loop;
use std::sync::Arc;

use tokio::sync::Barrier;
use tokio::task::yield_now;

/// Numbers that follow from a seed (xorshift).
pub(super) struct Chance(u64);

impl Chance {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    pub(super) fn below(&mut self, bound: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 16) % bound
    }

    /// Most often none at all, seldom much.
    fn dawdling(&mut self, doublings: u64) -> u64 {
        let most = 1 << self.below(doublings);
        self.below(most)
    }
}

/// Where racers wait for one another.
pub(super) struct Start(Arc<Barrier>);

impl Start {
    pub(super) fn of(racers: usize) -> Self {
        Self(Arc::new(Barrier::new(racers)))
    }

    /// One racer's way over the line: it waits for all, and dawdles.
    pub(super) fn line(&self, chance: &mut Chance) -> impl Future<Output = ()> + Send + use<> {
        let barrier = Arc::clone(&self.0);
        let (spins, turns) = (chance.dawdling(14), chance.dawdling(7));
        async move {
            barrier.wait().await;
            for _ in 0..spins {
                spin_loop();
            }
            for _ in 0..turns {
                yield_now().await;
            }
        }
    }
}
