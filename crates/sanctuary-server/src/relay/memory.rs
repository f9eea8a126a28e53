//! How much memory the whole relay may take, and what gives way when it takes more (PROTOCOL.md, section 12).
//!
//! What counts is what the process has allocated, whoever did: queues, replay windows, group states, capsules, frames
//! that are half received, TLS. Each thread tells its own balance once a second, or ten times; nothing on the way of a frame counts
//! anything.
//!
//! Invariants: from three quarters of the bound on the connections and rooms that hold most give up what can be had again,
//! and rooms without anybody end, until it is below; only where that does not help does nobody new get in, and those who are
//! in no room are asked to leave, who have been there longest first; no member who holds little is touched.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

/// What the calling thread has allocated so far, less what it has freed, in bytes. Negative on threads that free what others
/// have allocated.
pub type Gauge = fn() -> i64;

/// How often the threads tell what they have allocated when the bound is near. What a gigabit brings in that time is far
/// below what the last quarter is of any bound that makes sense.
const WEIGHED_EVERY: Duration = Duration::from_millis(100);

/// How often they do when it is [`FAR`]: a relay with nothing to do is not woken for nothing.
const WEIGHED_AT_LEAST_EVERY: Duration = Duration::from_secs(1);

/// More than ten gigabit bring in [`WEIGHED_AT_LEAST_EVERY`], in bytes.
const FAR: usize = 2 << 30;

/// What holds less than this is never given up, in bytes.
pub(super) const LIGHT: usize = 16 << 10;

/// From so many sixteenths of the bound on memory is given up, down to one sixteenth less.
const HEAVY: usize = 12;

/// From so many sixteenths of the bound on nobody new gets in.
const TIGHT: usize = 14;

/// What the program has allocated before anybody comes, in bytes, with room to spare.
const OWN: usize = 2 << 20;

/// What each thread that serves rooms adds to that: its buffers, mostly.
const OWN_PER_SHARD: usize = 256 << 10;

/// The least bound under which nothing is given up while so many bytes are held for people.
pub(super) fn bound_for(held: usize, shards: usize) -> usize {
    let own = OWN_PER_SHARD.saturating_mul(shards).saturating_add(OWN);
    held.saturating_add(own).div_ceil(HEAVY).saturating_mul(16)
}

/// The memory of all threads.
#[derive(Debug)]
pub(super) struct Memory {
    gauge: Option<Gauge>,
    /// Bytes; 0 for none.
    bound: usize,
    /// The balance of each thread that serves rooms, and behind them that of the one that takes connections.
    balances: Box<[AtomicI64]>,
}

impl Memory {
    pub(super) fn new(bound: usize, gauge: Option<Gauge>, shards: usize) -> Self {
        Self {
            gauge: gauge.filter(|_| bound > 0),
            bound,
            balances: (0..=shards).map(|_| AtomicI64::new(0)).collect(),
        }
    }

    /// Whether there is anything to weigh.
    pub(super) fn is_bounded(&self) -> bool {
        self.gauge.is_some()
    }

    /// Takes note of what the calling thread has allocated: that shard's, or without one the thread that takes connections.
    pub(super) fn weigh(&self, shard: Option<usize>) {
        let place = shard.unwrap_or(self.balances.len().saturating_sub(1));
        if let (Some(gauge), Some(balance)) = (self.gauge, self.balances.get(place)) {
            balance.store(gauge(), Ordering::Relaxed);
        }
    }

    /// When memory is to be weighed again.
    pub(super) fn pause(&self) -> Duration {
        let heavy = self.bound / 16 * HEAVY;
        if self.taken().saturating_add(FAR) < heavy {
            WEIGHED_AT_LEAST_EVERY
        } else {
            WEIGHED_EVERY
        }
    }

    /// Whether nobody new may come in.
    pub(super) fn is_tight(&self) -> bool {
        self.is_bounded() && self.taken() > self.bound / 16 * TIGHT
    }

    /// How many bytes each shard has to give up now.
    pub(super) fn excess(&self) -> usize {
        let shards = self.balances.len().saturating_sub(1).max(1);
        self.surplus().div_ceil(shards)
    }

    /// How many guests have to leave now, if each holds as much as is never given up otherwise. Only while nobody new gets
    /// in: before, they are in nobody's way.
    pub(super) fn surplus_guests(&self) -> usize {
        if self.is_tight() {
            self.surplus().div_ceil(LIGHT)
        } else {
            0
        }
    }

    fn surplus(&self) -> usize {
        if !self.is_bounded() || self.taken() <= self.bound / 16 * HEAVY {
            return 0;
        }
        self.taken() - self.bound / 16 * (HEAVY - 1)
    }

    fn taken(&self) -> usize {
        let balances = self.balances.iter();
        let sum: i64 = balances.map(|one| one.load(Ordering::Relaxed)).sum();
        usize::try_from(sum).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    thread_local! {
        static BALANCE: Cell<i64> = const { Cell::new(0) };
    }

    fn memory(bound: usize) -> Memory {
        Memory::new(bound, Some(|| BALANCE.get()), 2)
    }

    fn weigh(memory: &Memory, shard: Option<usize>, balance: i64) {
        BALANCE.set(balance);
        memory.weigh(shard);
    }

    #[test]
    fn what_all_threads_have_is_one_sum() {
        let memory = memory(1600);
        weigh(&memory, Some(0), 1000);
        weigh(&memory, None, 500);
        assert!(memory.is_tight());
        // 1500 of 1600; down to 1100, half of it by each.
        assert_eq!(memory.excess(), 200);
        weigh(&memory, Some(1), -200);
        assert!(!memory.is_tight());
        assert_eq!(memory.excess(), 100);
        weigh(&memory, Some(1), -300);
        assert_eq!(memory.excess(), 0);
    }

    #[test]
    fn far_from_the_bound_it_is_weighed_less_often() {
        let memory = memory(4 << 30);
        assert_eq!(memory.pause(), WEIGHED_AT_LEAST_EVERY);
        weigh(&memory, None, 1 << 30);
        assert_eq!(memory.pause(), WEIGHED_EVERY);
    }

    #[test]
    fn without_a_bound_nothing_is_tight() {
        let memory = memory(0);
        weigh(&memory, None, i64::MAX);
        assert!(!memory.is_tight() && !memory.is_bounded());
        assert_eq!(memory.excess(), 0);
    }
}
