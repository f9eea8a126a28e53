//! Histories as bytes, for the fuzzer: one byte for what happens, one for who does it, one for how.
//!
//! Every sequence of bytes tells a history, so that a changed byte changes one step and leaves the others.

use super::pick::Pick;
use super::world::Step;

/// Most steps of a history: what goes wrong does so early, and long ones are slow to play.
const MAX_STEPS: usize = 200;

/// How much the room keeps for those who come back: nothing, a little, everything. In bytes.
const REPLAYS: [usize; 3] = [0, 2_000, 1 << 20];

/// Bytes that are read as steps.
pub(super) struct Script<'a> {
    bytes: &'a [u8],
    left: usize,
}

impl<'a> Script<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self {
            bytes,
            left: MAX_STEPS,
        }
    }

    pub(super) fn replay_bytes(&mut self) -> usize {
        REPLAYS[usize::from(self.byte()) % REPLAYS.len()]
    }

    pub(super) fn ending(&mut self) -> Step {
        if self.byte().is_multiple_of(2) {
            Step::Purge
        } else {
            Step::Expire
        }
    }

    /// The next byte; zero once there is none.
    fn byte(&mut self) -> u8 {
        let Some((first, rest)) = self.bytes.split_first() else {
            return 0;
        };
        self.bytes = rest;
        *first
    }

    fn step(&mut self) -> Step {
        let kind = self.byte();
        let who = Pick(usize::from(self.byte()));
        let how = self.byte();
        let number = u64::from(how);
        let (few, other) = (number % 4, Pick(usize::from(how >> 3)));
        match kind % 20 {
            0 => Step::Join { knows: how != 0 },
            1 => Step::Resume {
                who,
                forgets: usize::from(how % 4),
            },
            2 => Step::Refresh { who },
            3 => Step::Disconnect { who },
            4 => Step::RequestLease { who },
            5 => Step::ReleaseLease { who },
            6 => Step::Commit {
                who,
                behind: number % 2,
                evicts: (how & 2 != 0).then_some(other),
                rekeys: how & 4 != 0,
            },
            7 => Step::RepeatCommit { who },
            8 | 9 => Step::Say {
                who,
                behind: few,
                to: (how & 4 != 0).then_some(other),
            },
            10 => Step::Repeat {
                who,
                back: number % 3,
            },
            11 => Step::SayOutOfTurn { who },
            12 => Step::PutCapsule { who },
            13 => Step::Leave { who },
            14 => Step::Haunt {
                who,
                hangs_up: how != 0,
            },
            15 => Step::Wait {
                seconds: number % 20,
            },
            16 => Step::Report {
                who,
                back: number % 3,
            },
            17 => Step::Overreport { who },
            18 => Step::Pause,
            // Somebody who waits for a lease and gets it: what most of the others stand on.
            _ => Step::Commit {
                who,
                behind: 0,
                evicts: None,
                rekeys: false,
            },
        }
    }
}

impl Iterator for Script<'_> {
    type Item = Step;

    fn next(&mut self) -> Option<Step> {
        self.left = self.left.checked_sub(1)?;
        (!self.bytes.is_empty()).then(|| self.step())
    }
}
