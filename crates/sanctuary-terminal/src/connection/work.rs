//! The work that a relay under load demands before it looks at a `Create` or `Join` (PROTOCOL.md, section 5.8).
//!
//! Invariants: one search runs at a time; it ends when it is dropped; no more is done than an honest relay has reason to
//! demand.

use std::{
    future::pending,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use sanctuary_wire::{MAX_WORK_BITS, WorkChallenge, WorkSolutions};
use sha2::{Digest as _, Sha256};
use tokio::task::{JoinHandle, spawn_blocking};

/// Searches for one `Create` or `Join`. A relay demands again after 300 s, or when the load has grown fourfold and more
/// meanwhile, which from its first demand to its greatest can be thrice.
const MAX_SEARCHES: u32 = 8;

/// The search under way, if there is one.
#[derive(Default)]
pub(super) struct Work {
    search: Option<Search>,
    /// How many were begun.
    begun: u32,
}

struct Search {
    found: JoinHandle<Option<WorkSolutions>>,
    is_given_up: Arc<AtomicBool>,
}

impl Work {
    /// Begins with what the relay demands; false if no honest one would demand it.
    pub(super) fn begin(&mut self, challenge: WorkChallenge, bits: u8) -> bool {
        if bits > MAX_WORK_BITS || self.search.is_some() || self.begun == MAX_SEARCHES {
            return false;
        }
        self.begun += 1;
        self.search = Some(Search::start(challenge, bits));
        true
    }

    /// What the search came to; never, if none is under way. Dropping the future loses nothing.
    pub(super) async fn done(&mut self) -> WorkSolutions {
        if let Some(search) = &mut self.search {
            let found = (&mut search.found).await;
            self.search = None;
            if let Ok(Some(solutions)) = found {
                return solutions;
            }
        }
        pending().await
    }
}

impl Search {
    fn start(challenge: WorkChallenge, bits: u8) -> Self {
        let is_given_up = Arc::new(AtomicBool::new(false));
        let given_up = Arc::clone(&is_given_up);
        let hash = move |bytes: &[u8]| {
            // Every number solves with this one, so the search is over at once; nobody asks what it found.
            if given_up.load(Ordering::Relaxed) {
                return [0; 32];
            }
            Sha256::digest(bytes).into()
        };
        let found = spawn_blocking(move || WorkSolutions::find(&challenge, bits, hash));
        Self { found, is_given_up }
    }
}

impl Drop for Search {
    fn drop(&mut self) {
        self.is_given_up.store(true, Ordering::Relaxed);
    }
}
