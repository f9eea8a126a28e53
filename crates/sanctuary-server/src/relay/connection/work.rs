//! Whether a newcomer has shown the work that is asked for (PROTOCOL.md, section 5.8).
//!
//! Invariants: a challenge is random, belongs to one connection and is good once and for some minutes; the relay keeps one for
//! each connection that has no place yet, and nothing else.

use std::time::Duration;

use ring::digest::{SHA256, digest};
use sanctuary_wire::{ClientFrame, RelayFrame, WorkChallenge, WorkSolutions};
use tokio::time::Instant;

use super::crossing::{Lobby, random};
use super::{Connection, Stage};
use crate::relay::load::Attempt;

/// How long a challenge is good. A slow computer without a just-in-time compiler needs minutes on the highest levels.
const GOOD_FOR: Duration = Duration::from_secs(300);

/// What one connection has been asked for.
#[derive(Clone, Copy, Debug, Default)]
pub(super) enum Work {
    /// Nothing.
    #[default]
    None,
    /// This.
    Demanded {
        challenge: WorkChallenge,
        bits: u8,
        until: Instant,
    },
    /// It was shown; the next attempt is looked at.
    Shown {
        /// Of what was shown.
        bits: u8,
        until: Instant,
    },
}

impl Connection {
    /// Whether a frame may be looked at; asks for work otherwise.
    pub(super) fn has_worked(&mut self, lobby: Lobby, frame: &ClientFrame) -> bool {
        let attempt = match frame {
            ClientFrame::Create { .. } => Attempt::Create,
            ClientFrame::Join { .. } => Attempt::Join,
            _ => return true,
        };
        let now = Instant::now();
        let directory = &self.shard.directory;
        if attempt == Attempt::Create && !directory.has_place() {
            // Nobody works for being told that the relay is full, and being told so weighs nothing.
            return true;
        }
        if let Some(bits) = directory.demand(attempt, now)
            && !lobby.work.is_enough(bits, now)
        {
            self.demand(lobby, bits, now);
            return false;
        }
        directory.count(attempt, now);
        self.stage = Stage::Lobby(Box::new(Lobby {
            work: Work::None,
            ..lobby
        }));
        true
    }

    fn demand(&mut self, lobby: Lobby, bits: u8, now: Instant) {
        // Without random bytes there is nothing to work on.
        let Some(challenge) = random().map(WorkChallenge) else {
            return self.line.cut();
        };
        let until = now + GOOD_FOR;
        let work = Work::Demanded {
            challenge,
            bits,
            until,
        };
        self.stage = Stage::Lobby(Box::new(Lobby { work, ..lobby }));
        self.answer(&RelayFrame::WorkDemanded { challenge, bits });
    }

    /// Takes work that is shown. Work that nobody asked for, or that is wrong, breaks the protocol.
    pub(super) fn take_work(&mut self, lobby: Lobby, solutions: WorkSolutions) {
        let Work::Demanded {
            challenge,
            bits,
            until,
        } = lobby.work
        else {
            return self.unexpected();
        };
        if !solutions.solve(&challenge, bits, sha256) {
            return self.unexpected();
        }
        let work = Work::Shown { bits, until };
        self.stage = Stage::Lobby(Box::new(Lobby { work, ..lobby }));
    }
}

impl Work {
    /// Whether it was shown in time. Once begun it is not in vain because the load has grown: two levels more are forgiven.
    fn is_enough(self, wanted: u8, now: Instant) -> bool {
        matches!(self, Self::Shown { bits, until } if now < until && wanted <= bits.saturating_add(FORGIVEN))
    }
}

/// How many bits less than what is asked for now are enough, if fewer were asked for then.
const FORGIVEN: u8 = 2;

fn sha256(input: &[u8]) -> [u8; 32] {
    let mut hash = [0; 32];
    for (to, from) in hash.iter_mut().zip(digest(&SHA256, input).as_ref()) {
        *to = *from;
    }
    hash
}
